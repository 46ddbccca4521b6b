//! Areas, organisations, people, services, cycles and returns; who may do what.
