//! Pages and their routes; every route declares who may use it.
