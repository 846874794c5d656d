// Package facet holds the cloud-neutral views a resource type can offer. A
// check written on a facet judges every cloud whose types offer it.
//
// Facets are plain data: a source fills them in, analysis reads them. They
// mention no cloud's own constants; a source translates on the way in.
package facet
