//! What a client of an apiserver sees, request by request.

mod custom;
mod lists;
