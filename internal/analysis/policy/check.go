package policy

import (
	"github.com/stance-sec/stance/internal/estate"
)

// check is a check ready to run. Rows of one file share everything but what people
// read and the values of the parameters.
type check struct {
	estate.Check
	*plan
	params     *object
	settings   []setting // the most specific first
	deprecated string
}

// plan holds the compiled expressions of a file.
type plan struct {
	shape   *shape
	collect []collected
	when    *program
	lets    []let
	// late is the index of the first let that speaks of the element of for_each.
	late    int
	each    *let // for_each; nil when the resource itself is judged
	asserts []assert
}

// collected is a variable that holds all resources of a type.
type collected struct {
	name, resourceType string
	shape              *shape
}

// let is a named expression.
type let struct {
	name string
	*program
}

// assert is one condition that must hold.
type assert struct {
	*program
	message *message
	at      *pointer
	// line is where it stands in the file, for reports on what was never reached.
	line int
}
