//! The product tree and the flat list of products of the model.

use crate::advisory::{Product, Relation, Versions, vers};
use crate::csaf::Edition;
use crate::csaf::document::Document;
use crate::csaf::words::is_range;
use crate::json::{Build, Spot};
use serde_json::Value;

/// Products in document order.
pub(super) fn read(document: &Document) -> Vec<Product> {
    let mut products = Vec::new();
    if let Some(tree) = document.root.get("product_tree") {
        for branch in tree.items("branches") {
            walk(&branch, &[], &mut products);
        }
        products.extend(tree.items("full_product_names").filter_map(|spot| product(&spot, &[])));
        for relationship in document.relationships() {
            let Some(mut whole) = relationship.get("full_product_name").and_then(|spot| product(&spot, &[])) else {
                continue;
            };
            whole.relation = relation(document, &relationship);
            products.push(whole);
        }
    }
    products
}

/// A path of 2.1 that has more than one step is no relation of two products.
fn relation(document: &Document, relationship: &Spot) -> Option<Relation> {
    let own = |spot: &Spot, key: &str| spot.own(key).unwrap_or_default();
    if document.edition == Edition::V20 {
        return Some(Relation {
            category: own(relationship, "category"),
            product: own(relationship, "product_reference"),
            on: own(relationship, "relates_to_product_reference"),
        });
    }
    let mut steps = relationship.items("subpaths");
    let (Some(step), None) = (steps.next(), steps.next()) else { return None };
    Some(Relation {
        category: own(&step, "category"),
        product: own(relationship, "beginning_product_reference"),
        on: own(&step, "next_product_reference"),
    })
}

fn walk(branch: &Spot, above: &[(String, String)], products: &mut Vec<Product>) {
    let mut path = above.to_vec();
    path.push((branch.own("category").unwrap_or_default(), branch.own("name").unwrap_or_default()));
    products.extend(branch.get("product").and_then(|spot| product(&spot, &path)));
    for child in branch.items("branches") {
        walk(&child, &path, products);
    }
}

fn product(spot: &Spot, branches: &[(String, String)]) -> Option<Product> {
    let name = |category: &str| branches.iter().find(|(c, _)| c == category).map(|(_, name)| name.clone());
    let range = name("product_version_range");
    let read = range.as_deref().and_then(vers::read);
    let words = || Versions { exact: name("product_version").or(range.clone()), ..Versions::default() };
    let helper = spot.get("product_identification_helper");
    let word = |key: &str| helper.as_ref().and_then(|helper| helper.own(key));
    Some(Product {
        id: spot.own("product_id")?,
        name: spot.own("name").unwrap_or_default(),
        vendor: name("vendor"),
        product: name("product_name"),
        purl: word("purl").or_else(|| helper.as_ref()?.words("purls").into_iter().next()),
        cpe: word("cpe"),
        versions: read.unwrap_or_else(words),
        branches: branches.to_vec(),
        ..Product::default()
    })
}

/// A branch while the tree is built.
struct Node {
    category: String,
    name: String,
    below: Vec<Node>,
    product: Option<Value>,
}

/// The product tree of a list of products.
pub(super) fn write(products: &[Product]) -> Build {
    let (mut roots, mut plain, mut related) = (Vec::new(), Vec::new(), Vec::new());
    for product in products {
        let name = full_name(product);
        let path = lineage(product);
        if let Some(relation) = &product.relation {
            related.push(
                Build::new()
                    .set("category", relation.category.clone())
                    .set("full_product_name", name)
                    .set("product_reference", relation.product.clone())
                    .set("relates_to_product_reference", relation.on.clone()),
            );
        } else if path.is_empty() {
            plain.push(name);
        } else {
            insert(&mut roots, &path, name.into());
        }
    }
    Build::new()
        .list("branches", roots.into_iter().map(branch))
        .list("full_product_names", plain)
        .list("relationships", related)
}

fn full_name(product: &Product) -> Build {
    let purl = product.purl.clone().or_else(|| purl(product));
    let helper = Build::new().text("cpe", product.cpe.as_deref()).text("purl", purl.as_deref());
    Build::new()
        .set("name", product.name.clone())
        .set("product_id", product.id.clone())
        .object("product_identification_helper", helper)
}

/// The branches of a product; made of vendor, name and version where the source has no tree.
fn lineage(product: &Product) -> Vec<(String, String)> {
    if !product.branches.is_empty() {
        return product.branches.clone();
    }
    let name = product.product.as_ref().or(product.package.as_ref());
    let vendor = product.vendor.as_ref().or(product.ecosystem.as_ref());
    let (Some(vendor), Some(name)) = (vendor, name) else { return Vec::new() };
    let versions = &product.versions;
    let scheme = vers::scheme(product.ecosystem.as_deref(), versions.scheme.as_deref());
    let last = match &versions.exact {
        Some(words) if is_range(words) => Some(("product_version_range".to_owned(), words.clone())),
        Some(exact) => Some(("product_version".to_owned(), exact.clone())),
        None if versions.others => Some(("product_version_range".to_owned(), "all other versions".to_owned())),
        None if !versions.is_range() => None,
        None => Some(("product_version_range".to_owned(), vers::write(versions, scheme).unwrap_or_default())),
    };
    let above = [("vendor".to_owned(), vendor.clone()), ("product_name".to_owned(), name.clone())];
    above.into_iter().chain(last).collect()
}

/// Puts a product at the end of its path. The last branch is its own, so that two products never share a leaf.
fn insert(nodes: &mut Vec<Node>, path: &[(String, String)], product: Value) {
    let Some(((category, name), rest)) = path.split_first() else { return };
    let fits = |node: &Node| node.category == *category && node.name == *name && node.product.is_none();
    if !rest.is_empty()
        && let Some(node) = nodes.last_mut().filter(|node| fits(node))
    {
        return insert(&mut node.below, rest, product);
    }
    let mut node = Node { category: category.clone(), name: name.clone(), below: Vec::new(), product: None };
    if rest.is_empty() {
        node.product = Some(product);
    } else {
        insert(&mut node.below, rest, product);
    }
    nodes.push(node);
}

fn branch(node: Node) -> Value {
    let build = Build::new().list("branches", node.below.into_iter().map(branch));
    let build = build.set("category", node.category).set("name", node.name);
    match node.product {
        Some(product) => build.set("product", product).into(),
        None => build.into(),
    }
}

/// A package URL where ecosystem and name make one.
fn purl(product: &Product) -> Option<String> {
    let kind = match product.ecosystem.as_deref()? {
        "Go" => "golang",
        "npm" => "npm",
        "PyPI" => "pypi",
        "Maven" => "maven",
        "crates.io" => "cargo",
        "RubyGems" => "gem",
        "NuGet" => "nuget",
        "Packagist" => "composer",
        _ => return None,
    };
    let name = product.package.as_deref()?.replace('%', "%25").replace('@', "%40").replace(' ', "%20");
    let name = if kind == "maven" { name.replace(':', "/") } else { name };
    Some(format!("pkg:{kind}/{name}"))
}
