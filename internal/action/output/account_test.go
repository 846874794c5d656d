package output_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/estate"
)

func TestAccountNames(t *testing.T) {
	t.Parallel()
	run := output.Run{Accounts: []output.Account{
		{Cloud: estate.AWS, ID: "1", Name: "shop"}, {Cloud: estate.AWS, ID: "2"}, {Cloud: estate.Azure, ID: "1", Name: "a/b"},
	}}
	names := run.AccountNames()
	for got, want := range map[string]string{
		names.Label(estate.AWS, "1"):             "shop (1)",
		names.Label(estate.AWS, "2"):             "2",
		names.Label(estate.GCP, "1"):             "1",
		names.LabelOf("azure/1"):                 "a/b (1)",
		names.LabelOf("aws/x/y"):                 "x/y",
		output.Names(nil).Label(estate.AWS, "9"): "9",
		names.Resource(estate.Ref{Cloud: estate.AWS, Account: "1", Name: "bucket"}):  "bucket",
		names.Resource(estate.Ref{Cloud: estate.AWS, Account: "1", ID: "arn"}):       "arn",
		"=" + names.Resource(estate.Ref{Cloud: estate.AWS, Account: "1", Name: "1"}): "=shop (1)",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
