//! Meu Perfil: the account, read-only, and the change of senha (plan, phase 6).

pub mod page;
