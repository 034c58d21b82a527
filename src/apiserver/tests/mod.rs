//! What a client of an apiserver sees, request by request.

mod admission;
mod custom;
mod lists;
