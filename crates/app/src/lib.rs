//! The verbs: permission, transaction, decision, audit.
