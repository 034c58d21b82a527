//! The building blocks of the page, one file each. They know nothing of Kubernetes.

pub mod button;
pub mod dialog;
pub mod drag;
pub mod empty;
pub mod menu;
pub mod segmented;
pub mod slider;
pub mod split;
pub mod tabs;
pub mod toast;
pub mod tooltip;
pub mod treegrid;

pub use button::{Button, ButtonKind, IconButton};
pub use dialog::Modal;
pub use empty::Empty;
pub use segmented::Segmented;
pub use slider::Slider;
pub use split::Split;
pub use tabs::{Tab, Tabs};
pub use treegrid::TreeGrid;
