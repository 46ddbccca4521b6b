//! Stories through the built program, and the rules of the house; see `tests/`.
