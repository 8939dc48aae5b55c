//! Conversations in, consequences out.
