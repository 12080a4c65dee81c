// Command zones writes the list of IANA zone names that bot/config suggests
// from, out of the copy of the database that comes with Go.
package main

import (
	"archive/zip"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	out := flag.String("o", "zones.txt", "the file to write")
	flag.Parse()
	if err := write(*out); err != nil {
		log.Fatal(err)
	}
}

// write leaves out the names without an area (old abbreviations such as EST),
// the fixed offsets under Etc/, whose signs mean the opposite of what people
// expect, and the old names of the zones of the USA.
func write(out string) error {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	zones, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		return err
	}
	defer zones.Close()
	list := []string{"UTC"}
	for _, f := range zones.File {
		area, _, ok := strings.Cut(f.Name, "/")
		if ok && area != "Etc" && area != "US" && area != "SystemV" && !strings.HasSuffix(f.Name, "/") {
			list = append(list, f.Name)
		}
	}
	slices.Sort(list)
	return os.WriteFile(out, []byte(strings.Join(list, "\n")+"\n"), 0o644)
}
