// Command sereno runs Sereno; see internal/cli.
package main

import (
	"os"

	"sereno/internal/cli"
)

func main() { os.Exit(cli.Main()) }
