package company

import "strings"

// Files is what is kept of what people attach to their messages.
type Files struct {
	// MaxSize is the most that one file may have, PerIncident the most that all
	// files of an incident may have together, in bytes.
	MaxSize, PerIncident int64
	// Types are the media types that are kept, in lower case: "application/pdf", or
	// all of a kind: "image/*".
	Types []string
}

// DefaultFiles is what holds where the configuration says nothing: what people
// send to show what they see: pictures, recordings, texts, documents, archives.
func DefaultFiles() Files {
	return Files{
		MaxSize:     25 << 20,
		PerIncident: 200 << 20,
		Types: []string{
			"image/*", "text/*", "video/*", "audio/*",
			"application/pdf", "application/json", "application/x-ndjson", "application/xml", "application/yaml",
			"application/zip", "application/gzip", "application/x-gzip", "application/x-tar",
			"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
			"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			"application/vnd.openxmlformats-officedocument.presentationml.presentation",
			"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
		},
	}
}

// Allows reports whether files of the media type are kept. Parameters
// ("; charset=utf-8") and the case do not matter; a file without a type is not
// kept unless all are ("*/*").
func (f Files) Allows(mediaType string) bool {
	full, _, _ := strings.Cut(mediaType, ";")
	full = strings.ToLower(strings.TrimSpace(full))
	for _, t := range f.Types {
		kind, all := strings.CutSuffix(t, "/*")
		switch {
		case t == "*/*" || t == full:
			return true
		case all && strings.HasPrefix(full, kind+"/"):
			return true
		}
	}
	return false
}
