//! Our own part of the configuration file, and how the adapters' parts join it. The doc comments are the
//! reference documentation.

use std::{borrow::Cow, path::PathBuf};

use civic::Language;
use matrix::settings::{AppserviceSettings, HomeserverSettings};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use site::SiteSettings;
use whatsapp::settings::WhatsAppSettings;

use super::shape::{self, Field};

/// The whole file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BridgeFile {
    pub(super) homeserver: HomeserverSettings,
    #[serde(default)]
    pub(super) appservice: AppserviceSettings,
    #[serde(default)]
    pub(super) whatsapp: WhatsAppSettings,
    #[serde(default)]
    pub(super) site: SiteSettings,
    /// The file with the plan and its themes.
    #[serde(default = "themes")]
    pub(super) themes: PathBuf,
    /// The folder for what the bridge keeps: its notebook, the WhatsApp session, the registration, logs.
    #[serde(default = "data")]
    pub(super) data: PathBuf,
    /// The key from which all ids and seals are derived; made at the first start. It lies outside of the data folder
    /// and of its backup: whoever has both could tell people's numbers. Keep one copy of it offline.
    #[serde(default = "key_file")]
    pub(super) key_file: PathBuf,
    #[serde(default)]
    pub(super) language: Spoken,
    #[serde(default)]
    pub(super) log: LogSettings,
}

fn themes() -> PathBuf {
    "themes.yaml".into()
}

fn data() -> PathBuf {
    "data".into()
}

fn key_file() -> PathBuf {
    "aty.key".into()
}

impl Default for BridgeFile {
    /// What the sample shows.
    fn default() -> Self {
        Self {
            homeserver: HomeserverSettings::default(),
            appservice: AppserviceSettings::default(),
            whatsapp: WhatsAppSettings::default(),
            site: SiteSettings::default(),
            themes: themes(),
            data: data(),
            key_file: key_file(),
            language: Spoken::default(),
            log: LogSettings::default(),
        }
    }
}

impl BridgeFile {
    /// Every setting there is, in the order of the file.
    pub(super) fn fields() -> Vec<Field> {
        let mut fields = shape::fields_of::<Self>();
        shape::describe::<HomeserverSettings>(&mut fields, "homeserver");
        shape::describe::<AppserviceSettings>(&mut fields, "appservice");
        shape::describe::<WhatsAppSettings>(&mut fields, "whatsapp");
        shape::describe::<SiteSettings>(&mut fields, "site");
        shape::describe::<LogSettings>(&mut fields, "log");
        fields
    }
}

/// What the bridge writes about itself, to standard error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LogSettings {
    /// How much: `error`, `warn`, `info`, `debug` or `trace`; also by part, such as `info,bridge=debug`.
    pub filter: String,
    /// In which form: `text` for people, `json` for programs.
    pub format: LogFormat,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            filter: "info".to_owned(),
            format: LogFormat::Text,
        }
    }
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// A language as the configuration file writes it: by its code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Spoken(pub(super) Language);

impl Serialize for Spoken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.code())
    }
}

impl<'de> Deserialize<'de> for Spoken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map(Self)
            .map_err(D::Error::custom)
    }
}

impl JsonSchema for Spoken {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Language".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The language that the bridge speaks first: es (Spanish), en (English) or gn (Guaraní). It understands all of them anywhere.",
            "enum": Language::ALL.map(Language::code),
        })
    }
}
