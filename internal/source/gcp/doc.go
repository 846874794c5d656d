// Package gcp opens Google Cloud to the collectors. Cloud Asset Inventory is the spine:
// one list per type answers for an organisation, a folder or a project.
package gcp
