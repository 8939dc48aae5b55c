//! What a community does: themes, people, words. Pure: no IO, no clock, no serialisation.
