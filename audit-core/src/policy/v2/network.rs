//! Networks such as `10.0.0.0/8`.

use ipnet::IpNet;

use super::shape;
use crate::policy::model::IpNetwork;
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::quoted;
use crate::policy::yaml::Node;

/// Reads one network, or a list of them.
pub(super) fn read(node: &Node, log: &mut Log) -> Option<Vec<IpNetwork>> {
    if node.items().is_none() {
        return Some(vec![read_one(node, log)?]);
    }
    let items = shape::some_items(node, "`value`", log)?;
    let networks: Vec<IpNetwork> = items
        .iter()
        .filter_map(|item| read_one(item, log))
        .collect();
    (networks.len() == items.len()).then_some(networks)
}

fn read_one(node: &Node, log: &mut Log) -> Option<IpNetwork> {
    let text = shape::text(node, "a network such as `10.0.0.0/8`", log)?;
    match text.parse::<IpNet>() {
        Ok(network) => Some(IpNetwork(network)),
        Err(_) => {
            let message = format!(
                "{} is no network, expected one such as `10.0.0.0/8`",
                quoted(&text)
            );
            log.report(ProblemKind::InvalidNetwork, node.place, message, None);
            None
        }
    }
}
