package config

import (
	"embed"
	"io/fs"
)

//go:embed sample/kb
var sampleArticles embed.FS

// SampleArticles is the folder of the sample company's articles.
func SampleArticles() fs.FS {
	folder, err := fs.Sub(sampleArticles, "sample/kb")
	if err != nil { // only for a path that is malformed
		panic(err)
	}
	return folder
}
