//! Asking the server what it serves, when a command names what the client does not know.
//!
//! Models the deferred mapper of client-go/restmapper/discovery.go, which asks again before it
//! says that there is no such kind. What every server serves the client knows beforehand, as it
//! would from its cache.

use super::script::{Ctx, Flow, How, Next};
use crate::api::rpc::{Answer, Call};

/// Asks, after which the command begins anew.
#[derive(Clone, Debug)]
pub struct Rediscover;

impl Rediscover {
    /// Asks.
    pub fn step(&mut self, ctx: &mut Ctx<'_>) -> Flow<Next> {
        let answer = ctx.ask(Call::Discover, How::default())??;
        if let Answer::Served(served) = answer {
            ctx.discover(served);
        }
        Ok(Next::Again)
    }
}
