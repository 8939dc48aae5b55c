//! What people would notice: the exact words for each kind of mistake, and that the shipped files are true.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::*;

pub(super) const SETTINGS: &str = "homeserver:\n  server_name: example.org\n";

pub(super) const THEMES: &str = "\
plan:
  slug: paga
  alias: aty
  name: {es: Plan, en: Plan}
  topic: {es: De todos.}
themes:
  - slug: agua
    code: AGUA
    alias: aty-agua
    name: {es: Agua}
    topic: {es: Agua limpia.}
  - slug: salud
    code: SALUD
    alias: aty-salud
    name: {es: Salud}
    topic: {es: Salud cerca.}
";

/// A folder with a configuration in it.
pub(super) struct Folder(tempfile::TempDir);

impl Folder {
    pub(super) fn with(settings: &str, themes: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("bridge.yaml", settings);
        folder.write("themes.yaml", themes);
        folder
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn load(&self) -> Result<Config, ConfigErrors> {
        Config::load(self.0.path().join("bridge.yaml"))
    }

    /// The problems as an operator in that folder would read them.
    fn problems(&self) -> Vec<String> {
        let folder = format!("{}/", self.0.path().display());
        let errors = self.load().expect_err("something is to be mended");
        errors
            .problems()
            .iter()
            .map(|problem| problem.to_string().replace(&folder, ""))
            .collect()
    }
}

/// The problems of a settings file beside good themes.
fn settings_problems(settings: &str) -> Vec<String> {
    Folder::with(settings, THEMES).problems()
}

fn themes_problems(themes: &str) -> Vec<String> {
    Folder::with(SETTINGS, themes).problems()
}

#[test]
fn the_shortest_configuration_is_a_server_name() {
    let folder = Folder::with(SETTINGS, THEMES);
    let config = folder.load().unwrap();
    assert_eq!(config.homeserver.server_name, "example.org");
    assert_eq!(config.language, Language::Es);
    assert_eq!(config.data, folder.0.path().join("data"));
    assert_eq!(config.key_file, folder.0.path().join("aty.key"));
    assert_eq!(
        config.appservice.registration,
        folder.0.path().join("data/registration.yaml")
    );
    let codes: Vec<_> = config
        .plan
        .themes
        .iter()
        .map(|theme| theme.code.as_str())
        .collect();
    assert_eq!(codes, ["AGUA", "SALUD"]);
    assert_eq!(config.plan.name.get(Language::En), "Plan");
}

#[test]
fn a_section_whose_lines_are_all_commented_out_is_the_default() {
    let folder = Folder::with(
        &format!("{SETTINGS}appservice:\n  # id: aty\nwhatsapp:\n"),
        THEMES,
    );
    assert_eq!(folder.load().unwrap().appservice.id, "aty");
}

#[test]
fn no_file_is_said_so() {
    let folder = Folder::with(SETTINGS, THEMES);
    fs::remove_file(folder.0.path().join("themes.yaml")).unwrap();
    assert_eq!(
        folder.problems(),
        [
            "themes.yaml: cannot be read (No such file or directory (os error 2)): write the plan and its themes there"
        ]
    );
    fs::remove_file(folder.0.path().join("bridge.yaml")).unwrap();
    assert_eq!(
        folder.problems(),
        [
            "bridge.yaml: cannot be read (No such file or directory (os error 2)): `aty config sample` prints one to begin with"
        ]
    );
}

#[test]
fn what_is_not_yaml_is_said_with_its_line() {
    let problems = settings_problems("homeserver:\n  server_name: \"example.org\nlanguage: es\n");
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("bridge.yaml:"), "{problems:?}");
    assert!(
        problems[0]
            .ends_with("look for a missing colon, space, quote or indentation here or just above"),
        "{problems:?}"
    );
}

#[test]
fn a_typing_error_in_a_key_is_met_with_the_right_key() {
    assert_eq!(
        settings_problems(
            "homeserver:\n  server_name: example.org\n  ulr: http://127.0.0.1:8008\n"
        ),
        ["bridge.yaml:3: there is no setting \"ulr\" in homeserver: did you mean \"url\"?"]
    );
    assert_eq!(
        settings_problems("homserver:\n  server_name: example.org\n"),
        ["bridge.yaml:1: there is no setting \"homserver\": did you mean \"homeserver\"?"]
    );
}

#[test]
fn a_key_like_no_other_is_met_with_all_there_are() {
    assert_eq!(
        settings_problems(&format!("{SETTINGS}log:\n  verbosity: 3\n")),
        [
            "bridge.yaml:4: there is no setting \"verbosity\" in log: write filter or format, or take the line out"
        ]
    );
}

#[test]
fn a_key_in_the_wrong_place_is_told_its_own() {
    assert_eq!(
        settings_problems("homeserver:\nserver_name: example.org\nlog:\n  language: es\n"),
        [
            "bridge.yaml:1: homeserver.server_name is missing: write `server_name: example.org`",
            "bridge.yaml:2: there is no setting \"server_name\": it belongs below `homeserver:`, indented",
            "bridge.yaml:4: there is no setting \"language\" in log: it belongs at the beginning of a line",
        ]
    );
}

#[test]
fn a_file_of_another_kind_is_said_so() {
    assert_eq!(
        settings_problems("- a\n- b\n"),
        [
            "bridge.yaml:1: write settings here, one per line, such as `homeserver: …`",
            "bridge.yaml:1: homeserver.server_name is missing: write `server_name: example.org`",
        ]
    );
    let folder = Folder::with(SETTINGS, THEMES);
    fs::write(folder.0.path().join("themes.yaml"), b"plan: a\xf1o\n").unwrap();
    assert_eq!(
        folder.problems(),
        ["themes.yaml: is not UTF-8 text: save it again as UTF-8, from any text editor"]
    );
}

#[test]
fn what_is_missing_is_asked_for() {
    assert_eq!(
        settings_problems(""),
        ["bridge.yaml:1: homeserver.server_name is missing: write `server_name: example.org`"]
    );
    assert_eq!(
        settings_problems("language: es\nhomeserver:\n  server_name:\n"),
        [
            "bridge.yaml:3: homeserver.server_name is empty: write one value on the same line after `server_name:`, such as example.org"
        ]
    );
}

#[test]
fn a_key_set_twice_is_named_with_both_lines() {
    assert_eq!(
        settings_problems("homeserver:\n  server_name: example.org\n  server_name: example.net\n"),
        ["bridge.yaml:3: homeserver.server_name is set twice (first in line 2): keep one of them"]
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_met_with_an_example() {
    let settings =
        format!("{SETTINGS}whatsapp:\n  adoption_wait_hours: many\nlanguage: esp\nlog: info\n");
    assert_eq!(
        settings_problems(&settings),
        [
            "bridge.yaml:4: whatsapp.adoption_wait_hours is \"many\": write a whole number, 0 or more, such as 24",
            "bridge.yaml:5: language is \"esp\": did you mean \"es\"? Write es, en or gn",
            "bridge.yaml:6: log is \"info\": write its settings below it, indented (filter or format)",
        ]
    );
}

#[test]
fn addresses_must_be_whole() {
    let settings = "homeserver:\n  url: localhost\n  server_name: example.org\nappservice:\n  url: ftp://127.0.0.1\n  listen: here\n";
    assert_eq!(
        settings_problems(settings),
        [
            "bridge.yaml:2: homeserver.url is \"localhost\": write the whole address, from its http:// or the like on, such as http://127.0.0.1:8008/",
            "bridge.yaml:5: appservice.url: \"ftp://127.0.0.1/\" can't be used: write scheme, host and port only, such as http://127.0.0.1:29350",
            "bridge.yaml:6: appservice.listen is \"here\": invalid socket address syntax: write for example \"127.0.0.1:29350\"",
        ]
    );
}

#[test]
fn the_server_name_is_no_address_and_the_keeper_lives_there() {
    assert_eq!(
        settings_problems("homeserver:\n  server_name: https://example.org\n"),
        [
            "bridge.yaml:2: homeserver.server_name: \"https://example.org\" is not a server name: write the part after the colon of your user ids, such as example.org"
        ]
    );
    assert_eq!(
        settings_problems(
            "homeserver:\n  server_name: example.org\n  keeper: \"@guarda:example.net\"\n"
        ),
        [
            "bridge.yaml:3: homeserver.keeper \"@guarda:example.net\" is not on example.org (server_name, line 2): write @guarda:example.org, or mend server_name"
        ]
    );
}

#[test]
fn the_key_may_not_lie_in_what_is_backed_up() {
    assert_eq!(
        settings_problems(&format!("{SETTINGS}key_file: data/aty.key\n")),
        [
            "bridge.yaml:3: key_file data/aty.key lies in the data folder data, and so in every backup of it: keep the key elsewhere, such as aty.key beside this file"
        ]
    );
}

#[test]
fn a_log_filter_must_make_sense() {
    let problems = settings_problems(&format!("{SETTINGS}log:\n  filter: bridge=loud\n"));
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0].starts_with("bridge.yaml:4: log.filter is \"bridge=loud\": "),
        "{problems:?}"
    );
    assert!(
        problems[0].ends_with(": write for example info,bridge=debug"),
        "{problems:?}"
    );
}

#[test]
fn a_secret_is_given_once_and_never_repeated() {
    let settings = format!(
        "{SETTINGS}whatsapp:\n  second_admin: \"12025550123\"\n  second_admin_file: admin\n"
    );
    let folder = Folder::with(&settings, THEMES);
    folder.write("admin", "12025550124\n");
    assert_eq!(
        folder.problems(),
        [
            "bridge.yaml:5: whatsapp.second_admin (line 4) and whatsapp.second_admin_file are both set: keep one of them"
        ]
    );
    let settings = format!("{SETTINGS}whatsapp:\n  second_admin: [12025550123]\n");
    assert!(!settings_problems(&settings)[0].contains("12025550123"));
}

#[test]
fn a_secret_file_must_be_there_and_hold_something() {
    let folder = Folder::with(
        &format!("{SETTINGS}whatsapp:\n  second_admin_file: admin\n"),
        THEMES,
    );
    assert_eq!(
        folder.problems(),
        [
            "bridge.yaml:4: whatsapp.second_admin_file: admin cannot be read (No such file or directory (os error 2)): create it, or give the value as second_admin"
        ]
    );
    folder.write("admin", "\n");
    assert_eq!(
        folder.problems(),
        ["bridge.yaml:4: whatsapp.second_admin_file: admin is empty: write the value into it"]
    );
}

#[test]
fn a_secret_file_s_last_line_break_does_not_count() {
    let folder = Folder::with(
        &format!("{SETTINGS}whatsapp:\n  second_admin_file: admin\n"),
        THEMES,
    );
    folder.write("admin", "12025550123\r\n");
    let inline = Folder::with(
        &format!("{SETTINGS}whatsapp:\n  second_admin: \"12025550123\"\n"),
        THEMES,
    );
    assert_eq!(
        folder.load().unwrap().whatsapp.second_admin,
        inline.load().unwrap().whatsapp.second_admin
    );
    assert!(!format!("{:?}", folder.load().unwrap()).contains("12025550123"));
}

#[test]
fn each_theme_has_its_own_slug_code_and_alias() {
    let themes = THEMES
        .replace("slug: salud", "slug: agua")
        .replace("SALUD", "agua")
        .replace("aty-salud", "aty");
    assert_eq!(
        themes_problems(&themes),
        [
            "themes.yaml:12: theme slug \"agua\" is used twice (first in line 7): give each theme its own slug",
            "themes.yaml:13: theme code \"agua\" is used twice (first in line 8): give each theme its own short code",
            "themes.yaml:13: \"agua\" can't be a theme's code: write 2 to 8 capital letters A–Z or digits, such as AGUA",
            "themes.yaml:14: theme alias \"aty\" is used twice (first in line 3): give each theme its own alias",
        ]
    );
}

#[test]
fn themes_need_all_their_words() {
    let themes = THEMES
        .replace("    code: AGUA\n", "")
        .replace("{es: Agua limpia.}", "{en: Clean water.}")
        .replace("aty-salud", "\"#aty-salud:example.org\"")
        .replace("{es: Salud}", "{es: \" \"}");
    assert_eq!(
        themes_problems(&themes),
        [
            "themes.yaml:7: themes[1].code is missing: write `code: AGUA`",
            "themes.yaml:10: themes[1].topic.es is missing: write `es: Ambiente y agua`",
            "themes.yaml:13: alias \"#aty-salud:example.org\" can't be part of an address: write it without # and server, such as aty-salud",
            "themes.yaml:14: name.es is empty: write the words, or leave the line out",
        ]
    );
    let themes = THEMES.split("themes:").next().unwrap().to_owned() + "themes: []\n";
    assert_eq!(
        themes_problems(&themes),
        ["themes.yaml:6: there is no theme yet: write at least one, beginning with `- slug: agua`"]
    );
}

#[test]
fn all_there_is_to_mend_in_both_files_is_said_at_once() {
    let folder = Folder::with(
        "homeserver:\n  server_nam: example.org\nlanguage: xx\n",
        &THEMES.replace("SALUD", "AGUA"),
    );
    assert_eq!(
        folder.problems(),
        [
            "bridge.yaml:2: there is no setting \"server_nam\" in homeserver: did you mean \"server_name\"?",
            "bridge.yaml:3: language is \"xx\": write es, en or gn",
            "themes.yaml:13: theme code \"AGUA\" is used twice (first in line 8): give each theme its own short code",
        ]
    );
}

#[test]
fn the_sample_says_the_defaults() {
    let folder = Folder::with(&sample(), THEMES);
    let shown = folder.load().unwrap();
    let base = folder.0.path();
    let default = Config::join(
        &base.join("bridge.yaml"),
        base,
        BridgeFile::default(),
        shown.plan.clone(),
    );
    assert_eq!(shown, default);
}

#[test]
fn every_setting_has_words() {
    fn speechless(fields: &[shape::Field], path: &str) -> Vec<String> {
        let mut found = Vec::new();
        for field in fields {
            let name = format!("{path}{}", field.key);
            if let shape::Kind::Section(inner) = &field.kind {
                found.extend(speechless(inner, &format!("{name}.")));
            }
            if field.doc.is_empty() {
                found.push(name);
            }
        }
        found
    }
    assert_eq!(speechless(&BridgeFile::fields(), ""), [""; 0]);
    assert_eq!(speechless(&themes::fields(), ""), [""; 0]);
}

#[test]
fn what_ships_is_fresh_and_loads() {
    let root = root();
    for (place, fresh) in [
        ("bridge-config/bridge.yaml", sample()),
        ("docs/reference/configuration.md", reference()),
    ] {
        let path = root.join(place);
        if env::var_os("ATY_BLESS").is_some() {
            fs::write(&path, &fresh).unwrap();
        }
        let shipped = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            shipped == fresh,
            "{place} is stale: run the tests once with ATY_BLESS=1 and commit it"
        );
    }

    let config = Config::load(root.join("bridge-config/bridge.yaml")).unwrap();
    assert_eq!(config.plan.alias, "aty");
    for theme in &config.plan.themes {
        let code = theme.code.as_str();
        assert!(
            code.len() >= 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()),
            "{code} is easy to type"
        );
        assert_eq!(
            theme.topic.iter().count(),
            2,
            "{code} speaks Spanish and English"
        );
    }
    let summary = report(&[root.join("bridge-config/bridge.yaml")]).unwrap();
    assert!(summary.starts_with("All good: "), "{summary}");
}

#[test]
fn an_alias_that_the_registration_does_not_cover_is_noted() {
    let folder = Folder::with(SETTINGS, &THEMES.replace("aty-salud", "salud"));
    let summary = report(&[folder.path("bridge.yaml")]).unwrap();
    let note = "note        the registration lays no claim to salud: let them begin with \"aty-\", or add them to its aliases";
    assert!(summary.ends_with(note), "{summary}");
}

/// The folder of the whole project.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned()
}
