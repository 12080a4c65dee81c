//go:build unix

package sources

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"sereno/bot/config"
)

// hostileFolder has one good article and page, and what somebody who may write there
// would try.
func hostileFolder(t *testing.T) string {
	outside := t.TempDir()
	folder := filepath.Join(t.TempDir(), "kb")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(path, words string) { must(os.WriteFile(path, []byte(words), 0o600)) }
	must(os.MkdirAll(filepath.Join(folder, "shared"), 0o700))
	article := "---\ntitle: T\nkind: faq\nlanguage: en\n---\nwords\n"
	write(filepath.Join(outside, "secret"), article+"secret")
	write(filepath.Join(folder, "shared", "good.md"), article)
	write(filepath.Join(folder, "shared", "page.html"), "<h1>T</h1><p>words")
	write(filepath.Join(folder, "long.md"), strings.Repeat("x", 3<<20))
	write(filepath.Join(folder, "long.html"), strings.Repeat("x", maxPage+1))
	for _, ext := range []string{".md", ".html"} {
		must(os.Symlink("shared/"+map[string]string{".md": "good.md", ".html": "page.html"}[ext], filepath.Join(folder, "inside"+ext)))
		must(os.Symlink(filepath.Join(outside, "secret"), filepath.Join(folder, "absolute"+ext)))
		rel, err := filepath.Rel(folder, filepath.Join(outside, "secret"))
		must(err)
		must(os.Symlink(rel, filepath.Join(folder, "relative"+ext)))
		must(os.Symlink("/dev/zero", filepath.Join(folder, "device"+ext)))
		must(os.Symlink("loop"+ext, filepath.Join(folder, "loop"+ext)))
		must(syscall.Mkfifo(filepath.Join(folder, "pipe"+ext), 0o600))
		must(os.Symlink(".", filepath.Join(folder, "self"+ext)))
	}
	must(os.Symlink(outside, filepath.Join(folder, "folder")))
	return folder
}

func TestAFolderCannotPublishWhatIsOutsideOfIt(t *testing.T) {
	folder := hostileFolder(t)
	for _, tt := range []struct {
		source config.Source
		good   []string
		ext    string
	}{
		{config.Source{Path: folder, Format: "markdown"}, []string{"inside", "good"}, ".md"},
		{config.Source{Path: folder, Format: "dokuwiki", Language: "en", Kind: "faq"}, []string{"inside", "shared-page"}, ".html"},
	} {
		t.Run(tt.source.Format, func(t *testing.T) {
			from, err := Read(t.Context(), tt.source, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range from.Articles {
				got = append(got, a.ID)
				if a.Text != "words" {
					t.Errorf("%s says %q", a.ID, a.Text)
				}
			}
			if strings.Join(got, " ") != strings.Join(tt.good, " ") {
				t.Errorf("articles %q, want %q", got, tt.good)
			}
			for _, name := range []string{"absolute", "relative", "device", "loop", "pipe", "self", "long"} {
				if !strings.Contains(from.Mistakes.Error(), name+tt.ext+":1: ") {
					t.Errorf("nothing is said of %s", name+tt.ext)
				}
			}
		})
	}
}

func TestAHostileFolderIsWatched(t *testing.T) {
	folder := hostileFolder(t)
	for _, contents := range []bool{false, true} {
		before, err := fingerprint(folder, contents)
		if err != nil {
			t.Fatal(err)
		}
		good := filepath.Join(folder, "shared", "good.md")
		data, err := os.ReadFile(good)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(good, append(data, "more\n"...), 0o600); err != nil {
			t.Fatal(err)
		}
		after, err := fingerprint(folder, contents)
		if err != nil || after == before {
			t.Errorf("a change is not seen, %v", err)
		}
	}
}
