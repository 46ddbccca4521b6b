//! All SQL, on SQLite and PostgreSQL with one text.
