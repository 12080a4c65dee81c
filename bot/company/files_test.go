package company

import "testing"

func TestWhatFilesAreKept(t *testing.T) {
	some := Files{Types: []string{"image/*", "application/pdf"}}
	for _, tt := range []struct {
		name  string
		files Files
		media string
		want  bool
	}{
		{"one of a kind", some, "image/png", true},
		{"the very type", some, "application/pdf", true},
		{"in other letters and with parameters", some, "Application/PDF; version=1", true},
		{"another type", some, "application/zip", false},
		{"a kind that only begins alike", some, "imagery/png", false},
		{"a type that begins with one that is kept", some, "application/pdfx", false},
		{"no type", some, "", false},
		{"no type where all are kept", Files{Types: []string{"*/*"}}, "", true},
		{"anything where nothing is kept", Files{}, "image/png", false},
		{"a log by default", DefaultFiles(), "text/plain", true},
		{"a program by default", DefaultFiles(), "application/x-msdownload", false},
		{"a file of which nothing is known by default", DefaultFiles(), "application/octet-stream", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.files.Allows(tt.media); got != tt.want {
				t.Errorf("Allows(%q) = %v", tt.media, got)
			}
		})
	}
}
