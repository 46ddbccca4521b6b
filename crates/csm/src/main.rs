//! Command line of Children's Services Mapping.

fn main() {}
