use civic::Refusal;
use fluent_bundle::FluentArgs;

/// The Fluent message of a refusal, and what goes into it.
pub(super) fn message<'a>(refusal: &'a Refusal, arguments: &mut FluentArgs<'a>) -> &'static str {
    match refusal {
        Refusal::ProposedAlready(reference)
        | Refusal::NoSuchProposal(reference)
        | Refusal::OtherTheme { reference, .. }
        | Refusal::Closed(reference)
        | Refusal::HeldBack(reference)
        | Refusal::SupportedAlready(reference)
        | Refusal::NotSupported(reference)
        | Refusal::ThumbStands(reference)
        | Refusal::NotYours(reference)
        | Refusal::TextAsked(reference)
        | Refusal::NothingNew(reference)
        | Refusal::ChangeAsked(reference)
        | Refusal::PassageGone(reference)
        | Refusal::PassageDoubled(reference) => {
            arguments.set("reference", reference.to_string());
        }
        Refusal::NoSuchAmendment(amendment)
        | Refusal::AmendmentHidden(amendment)
        | Refusal::DecidedAlready(amendment)
        | Refusal::NotDeclined(amendment)
        | Refusal::BackedAlready(amendment) => arguments.set("amendment", *amendment),
        Refusal::CodeOfThisNetwork { on }
        | Refusal::ConfirmThere { on }
        | Refusal::NotClaimedYet { on, .. } => arguments.set("on", on.as_str()),
        Refusal::TooLong { most } => arguments.set("most", *most),
        _ => {}
    }
    if let Refusal::OtherTheme { theme, .. } | Refusal::CodeOfOtherTheme { theme } = refusal {
        arguments.set("theme", theme);
    }
    if let Refusal::NotClaimedYet { code, .. } = refusal {
        arguments.set("code", code.to_string());
    }
    name(refusal)
}

fn name(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::StaysOut => "refused-stays-out",
        Refusal::NotOpenYet => "refused-not-open-yet",
        Refusal::WrittenInPublic => "refused-written-in-public",
        Refusal::OnlyAlone => "refused-only-alone",
        Refusal::NoFacilitatorCode => "refused-no-facilitator-code",
        Refusal::TooManyCodes => "refused-too-many-codes",
        Refusal::TitleAsked => "refused-title-asked",
        Refusal::WordsAsked => "refused-words-asked",
        Refusal::TooLong { .. } => "refused-too-long",
        Refusal::ProposedAlready(_) => "refused-proposed-already",
        Refusal::WhichProposal => "refused-which-proposal",
        Refusal::NoSuchProposal(_) => "refused-no-such-proposal",
        Refusal::OtherTheme { .. } => "refused-other-theme",
        Refusal::Closed(_) => "refused-closed",
        Refusal::HeldBack(_) => "refused-held-back",
        Refusal::SupportedAlready(_) => "refused-supported-already",
        Refusal::NotSupported(_) => "refused-not-supported",
        Refusal::ThumbStands(_) => "refused-thumb-stands",
        Refusal::NotYours(_) => "refused-not-yours",
        Refusal::TextAsked(_) => "refused-text-asked",
        Refusal::NothingNew(_) => "refused-nothing-new",
        Refusal::ChangeAsked(_) => "refused-change-asked",
        Refusal::PassageGone(_) => "refused-passage-gone",
        Refusal::PassageDoubled(_) => "refused-passage-doubled",
        Refusal::WhichAmendment => "refused-which-amendment",
        Refusal::NoSuchAmendment(_) => "refused-no-such-amendment",
        Refusal::AmendmentHidden(_) => "refused-amendment-hidden",
        Refusal::DecidedAlready(_) => "refused-decided-already",
        Refusal::NotDeclined(_) => "refused-not-declined",
        Refusal::BackedAlready(_) => "refused-backed-already",
        Refusal::LinkedAlready => "refused-linked-already",
        Refusal::NotLinked => "refused-not-linked",
        Refusal::NoSuchCode => "refused-no-such-code",
        Refusal::CodeOfThisNetwork { .. } => "refused-code-of-this-network",
        Refusal::CodeOfOtherTheme { .. } => "refused-code-of-other-theme",
        Refusal::CodeUsed => "refused-code-used",
        Refusal::ConfirmThere { .. } => "refused-confirm-there",
        Refusal::NotClaimedYet { .. } => "refused-not-claimed-yet",
        Refusal::NothingToConfirm => "refused-nothing-to-confirm",
        Refusal::Hindered(hindrance) => super::hindrance::name(hindrance),
    }
}
