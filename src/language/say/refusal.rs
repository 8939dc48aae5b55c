use civic::Refusal;
use fluent_bundle::FluentArgs;

/// The Fluent message of a refusal, and what goes into it.
pub(super) fn message<'a>(refusal: &'a Refusal, arguments: &mut FluentArgs<'a>) -> &'static str {
    let mut about =
        |reference: &civic::ProposalRef| arguments.set("reference", reference.to_string());
    match refusal {
        Refusal::StaysOut => "refused-stays-out",
        Refusal::NotOpenYet => "refused-not-open-yet",
        Refusal::TitleAsked => "refused-title-asked",
        Refusal::WordsAsked => "refused-words-asked",
        Refusal::TooLong { most } => {
            arguments.set("most", *most);
            "refused-too-long"
        }
        Refusal::ProposedAlready(reference) => {
            about(reference);
            "refused-proposed-already"
        }
        Refusal::WhichProposal => "refused-which-proposal",
        Refusal::NoSuchProposal(reference) => {
            about(reference);
            "refused-no-such-proposal"
        }
        Refusal::OtherTheme { reference, theme } => {
            about(reference);
            arguments.set("theme", theme);
            "refused-other-theme"
        }
        Refusal::Closed(reference) => {
            about(reference);
            "refused-closed"
        }
        Refusal::SupportedAlready(reference) => {
            about(reference);
            "refused-supported-already"
        }
        Refusal::NotSupported(reference) => {
            about(reference);
            "refused-not-supported"
        }
        Refusal::ThumbStands(reference) => {
            about(reference);
            "refused-thumb-stands"
        }
    }
}
