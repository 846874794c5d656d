// Command stance reads what runs in clouds, works out what is exposed, and says what
// to fix first.
package main

import "github.com/stance-sec/stance/internal/cli"

func main() { cli.Main() }
