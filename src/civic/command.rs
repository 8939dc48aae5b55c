/// What a person can ask the bridge for, in any language. Its words are in the language crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Be shown under this name; without one, the bridge asks for it.
    TakeName(Option<String>),
    /// Be shown under one's own name again.
    DropName,
    /// Not be carried over to the other network at all.
    StayOut,
    /// Be carried over again.
    ComeBack,
    /// What can be done here.
    Help,
}
