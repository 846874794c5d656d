package app

import (
	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/analysis/policy"
)

// Frameworks returns the named frameworks; a check they name must exist.
func Frameworks(names []string, library *policy.Library) ([]output.Framework, error) {
	_, _ = names, library
	return nil, nil
}
