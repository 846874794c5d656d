package cli

import (
	"net/http"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/service/api"
)

func newOpenAPI(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "openapi",
		Short:   "Print the OpenAPI document of the server's API",
		Long:    `Prints what stance serve answers, as OpenAPI 3.1: every operation with its types and roles.`,
		Example: `  stance openapi | jq '.paths | keys'`,
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			document, err := api.New(http.NewServeMux(), api.Dependencies{}).Document()
			if err != nil {
				return err
			}
			_, err = env.Stdout.Write(document)
			return err
		},
	}
}
