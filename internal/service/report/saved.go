package report

import (
	"errors"
	"os"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/action/output/json"
	"github.com/stance-sec/stance/internal/estate"
)

// Saved returns the source that replays the JSON report at path. The file is opened when
// the source runs. A file that is missing or damaged gives CodeInvalid and is named.
func Saved(path string) Source {
	return func(h output.Handler) (err error) {
		file, err := os.Open(path)
		if err != nil {
			return estate.Errorf(estate.CodeInvalid, "read saved report", "%w", err).WithHint("give a report made with --format json")
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		err = json.Read(file, h)
		var damaged *estate.Error
		if errors.As(err, &damaged) && damaged.Code == estate.CodeInvalid {
			return estate.Errorf(estate.CodeInvalid, path, "%w", err).WithHint(damaged.Hint)
		}
		return err
	}
}
