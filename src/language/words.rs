use std::sync::LazyLock;

use civic::Language;
use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

/// One bundle for each of [`Language::ALL`].
static BUNDLES: LazyLock<Vec<(Language, Bundle)>> = LazyLock::new(|| {
    Language::ALL
        .map(|language| (language, bundle(language)))
        .into()
});

/// The Fluent files of a language, one after the other.
pub(crate) fn source(language: Language) -> &'static str {
    match language {
        Language::Es => concat!(
            include_str!("es.ftl"),
            include_str!("es-moderation.ftl"),
            include_str!("es-alone.ftl")
        ),
        Language::En => concat!(
            include_str!("en.ftl"),
            include_str!("en-moderation.ftl"),
            include_str!("en-alone.ftl")
        ),
        Language::Gn => concat!(
            include_str!("gn.ftl"),
            include_str!("gn-moderation.ftl"),
            include_str!("gn-alone.ftl")
        ),
    }
}

/// What Fluent can't read of a file it leaves out; the tests see to it that there is nothing such.
fn bundle(language: Language) -> Bundle {
    let locale = LanguageIdentifier::from_bytes(language.code().as_bytes()).unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![locale]);
    // WhatsApp shows the marks that would isolate names of the other direction as boxes on old phones.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(source(language).to_owned());
    bundle.add_resource_overriding(resource.unwrap_or_else(|(readable, _)| readable));
    bundle
}

/// A message, or an attribute of one, in exactly this language.
pub(crate) fn find(
    language: Language,
    message: &str,
    attribute: Option<&str>,
    arguments: &FluentArgs<'_>,
) -> Option<String> {
    let (_, bundle) = BUNDLES.iter().find(|(other, _)| *other == language)?;
    let message = bundle.get_message(message)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(arguments), &mut errors);
    errors.is_empty().then(|| text.into_owned())
}

/// A message in this language or else in Spanish.
pub(crate) fn text(
    language: Language,
    message: &str,
    attribute: Option<&str>,
    arguments: &FluentArgs<'_>,
) -> String {
    find(language, message, attribute, arguments)
        .or_else(|| find(Language::Es, message, attribute, arguments))
        .unwrap_or_else(|| message.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// `message` and `message.attribute` of everything that a file defines.
    fn keys(source: &str) -> BTreeSet<String> {
        let mut message = "";
        let mut keys = BTreeSet::new();
        for line in source.lines() {
            let Some((key, _)) = line.split_once(" =") else {
                continue;
            };
            if let Some(attribute) = key.trim_start().strip_prefix('.') {
                keys.insert(format!("{message}.{attribute}"));
            } else if key.starts_with(|c: char| c.is_ascii_lowercase()) {
                message = key;
                keys.insert(key.to_owned());
            }
        }
        keys
    }

    /// The Guaraní file as it is when its speakers have taken all comment marks away.
    fn opened(source: &str) -> String {
        let lines = source.lines().filter(|line| !line.starts_with("##"));
        lines
            .map(|line| line.strip_prefix("# ").unwrap_or(line))
            .fold(String::new(), |text, line| text + line + "\n")
    }

    #[test]
    fn every_file_can_be_read_by_fluent() {
        for language in Language::ALL {
            for text in [source(language).to_owned(), opened(source(language))] {
                if let Err((_, errors)) = FluentResource::try_new(text) {
                    panic!("{language}.ftl: {errors:?}");
                }
            }
        }
    }

    #[test]
    fn spanish_and_english_say_the_same_things_and_guarani_may() {
        let spanish = keys(source(Language::Es));
        assert!(spanish.contains("command-help.word"), "{spanish:?}");
        assert_eq!(spanish, keys(source(Language::En)));
        assert_eq!(spanish, keys(&opened(source(Language::Gn))));
        assert!(keys(source(Language::Gn)).is_subset(&spanish));
    }

    #[test]
    fn what_no_file_has_is_said_by_its_key() {
        assert_eq!(
            text(Language::Gn, "nothing-such", None, &FluentArgs::new()),
            "nothing-such"
        );
    }
}
