package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/client"
)

func newAPI(env *Env) *cobra.Command {
	var asked apiRequest
	c := &cobra.Command{
		Use:   "api PATH",
		Short: "Ask a running server's API",
		Long: `Sends a request to a path below /api/v1 of a running server and prints the answer as JSON.
The token comes from STANCE_TOKEN, or from the file that --token-file names: make one in the
dashboard's settings. docs/reference/api.md lists the paths.`,
		Example: `  stance api overview
  stance api issues --param band=critical --all
  stance api resources --param type=aws_s3_bucket --param format=csv > buckets.csv
  stance api scans --data '{"class":"fast"}'
  stance api exceptions --data @exception.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return asked.send(c, env, args[0]) },
	}
	f := c.Flags()
	f.StringVar(&asked.server, "server", "", "the server's `URL` (also STANCE_SERVER; default: http://127.0.0.1:8642)")
	f.StringVar(&asked.tokenFile, "token-file", "", "read the API token from `FILE`")
	f.StringVarP(&asked.method, "method", "X", "", "the `METHOD` (default: GET, or POST with --data)")
	f.StringArrayVar(&asked.params, "param", nil, "add a parameter, as `NAME=VALUE`; may be repeated")
	f.StringVar(&asked.data, "data", "", "send this `JSON`, or with @FILE that of a file, or with @- standard input's")
	f.BoolVar(&asked.all, "all", false, "follow every page of a list, and print one item per line")
	return c
}

// apiRequest is what the command line asks for.
type apiRequest struct {
	server, tokenFile, method, data string
	params                          []string
	all                             bool
}

func (a *apiRequest) send(c *cobra.Command, env *Env, path string) error {
	to, err := a.client(env)
	if err != nil {
		return err
	}
	query := url.Values{}
	for _, p := range a.params {
		name, value, ok := strings.Cut(p, "=")
		if !ok {
			return invalid("read the command line", "--param %q is no NAME=VALUE", p)
		}
		query.Add(name, value)
	}
	if a.all {
		return to.Pages(c.Context(), path, query, func(item json.RawMessage) error {
			_, err := fmt.Fprintln(env.Stdout, string(item))
			return err
		})
	}
	body, err := a.body(c.InOrStdin())
	if err != nil {
		return err
	}
	method := strings.ToUpper(a.method)
	switch {
	case method != "":
	case body != nil:
		method = http.MethodPost
	default:
		method = http.MethodGet
	}
	answer, err := to.Do(c.Context(), method, path, query, body)
	if err != nil {
		return err
	}
	var indented bytes.Buffer
	if json.Indent(&indented, answer, "", "  ") == nil {
		answer = append(bytes.TrimSpace(indented.Bytes()), '\n')
	}
	_, err = env.Stdout.Write(answer)
	return err
}

func (a *apiRequest) client(env *Env) (*client.Client, error) {
	c := &client.Client{Server: a.server, Token: env.Getenv("STANCE_TOKEN")}
	if c.Server == "" {
		c.Server = env.Getenv("STANCE_SERVER")
	}
	if c.Server == "" {
		c.Server = "http://127.0.0.1:8642"
	}
	if a.tokenFile != "" {
		data, err := readFile("read the token", a.tokenFile)
		if err != nil {
			return nil, err
		}
		c.Token = strings.TrimSpace(string(data))
	}
	if c.Token == "" {
		return nil, estate.Errorf(estate.CodeUnauthorized, "ask the server", "there is no API token").
			WithHint("make one in the dashboard's settings, and set STANCE_TOKEN or name its file with --token-file")
	}
	return c, nil
}

// body returns what is sent; nil for nothing.
func (a *apiRequest) body(stdin io.Reader) ([]byte, error) {
	file, isFile := strings.CutPrefix(a.data, "@")
	switch {
	case a.data == "":
		return nil, nil
	case !isFile:
		return []byte(a.data), nil
	case file == "-":
		data, err := io.ReadAll(stdin)
		if err != nil {
			return nil, estate.Errorf(estate.CodeIO, "read standard input", "%w", err)
		}
		return data, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "read what to send", "%w", err)
	}
	return data, nil
}
