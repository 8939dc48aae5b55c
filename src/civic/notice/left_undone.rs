/// What the bridge could not do in a group, as whoever reads it wants to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeftUndone {
    /// A pause began: there people go on writing.
    Pause,
    /// A pause is over: there it goes on.
    PauseOver,
    /// Joining by approval began: there people come in as before.
    Approval,
    /// Joining by approval is over: there it goes on.
    ApprovalOver,
    /// A message is hidden: there it is still to be seen.
    Hide,
    /// Somebody is muted: there their words stay, and go nowhere else.
    Mute,
    /// Somebody is out: there they stay, and their words go nowhere else.
    Suspend,
    /// Somebody can come back: there they are still out.
    SuspendOver,
    /// Who moderates is to administer the groups, or no longer: there they don't, or still do.
    Admins,
}

impl LeftUndone {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Pause,
        Self::PauseOver,
        Self::Approval,
        Self::ApprovalOver,
        Self::Hide,
        Self::Mute,
        Self::Suspend,
        Self::SuspendOver,
        Self::Admins,
    ];

    /// Its name, in notes and in the words for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::PauseOver => "pause-over",
            Self::Approval => "approval",
            Self::ApprovalOver => "approval-over",
            Self::Hide => "hide",
            Self::Mute => "mute",
            Self::Suspend => "suspend",
            Self::SuspendOver => "suspend-over",
            Self::Admins => "admins",
        }
    }
}
