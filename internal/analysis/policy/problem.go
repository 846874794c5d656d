package policy

import "github.com/stance-sec/stance/internal/estate/strictyaml"

type (
	// position is a place in a check file.
	position = strictyaml.Position
	// problems gathers what is wrong with all files, so that one run shows it all.
	problems = strictyaml.Problems
)
