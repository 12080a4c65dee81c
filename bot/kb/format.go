package kb

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// header is the front matter, in the order in which it is written.
type header struct {
	Title      string
	Kind       Kind
	Customers  []string `yaml:",omitempty,flow"`
	Visibility string
	// Version is what the file was given out as; 0 where it is of no version.
	Version int `yaml:",omitempty"`
	details `yaml:",inline"`
}

// details are what few articles have anything to say of.
type details struct {
	Language   string
	Tags       []string  `yaml:",omitempty,flow"`
	Products   []string  `yaml:",omitempty,flow"`
	Owner      string    `yaml:",omitempty"`
	ReviewBy   yaml.Node `yaml:"review_by,omitempty"`
	MustRead   bool      `yaml:"must_read,omitempty"`
	Translates string    `yaml:",omitempty"`
}

func detailsOf(a *Article) details {
	out := details{
		Language: string(a.Language), Tags: a.Tags, Products: a.Products,
		Owner: a.Owner, MustRead: a.MustRead, Translates: a.Translates,
	}
	if !a.ReviewBy.IsZero() {
		out.ReviewBy = yaml.Node{Kind: yaml.ScalarNode, Value: a.ReviewBy.Format(time.DateOnly)}
	}
	return out
}

// Details is the part of the front matter that comes after title, kind and
// visibility: a name and a value a line.
func Details(a *Article) string { return strings.TrimSpace(string(encoded(detailsOf(a)))) }

// SetDetails reads what Details writes into the article; what is not named becomes
// as if it had never been. The error is Mistakes.
func SetDetails(a *Article, lines string) error {
	a.Tags, a.Products, a.Owner, a.ReviewBy, a.MustRead, a.Translates = nil, nil, "", time.Time{}, false, ""
	p := parser{file: a.ID + ".md", article: a}
	p.header(lines)
	if len(p.mistakes) > 0 {
		return Mistakes(p.mistakes)
	}
	return nil
}

func encoded(v any) []byte {
	var b bytes.Buffer
	out := yaml.NewEncoder(&b)
	out.SetIndent(2)
	if err := out.Encode(v); err != nil { // only for a type that YAML does not have
		panic(err)
	}
	return b.Bytes()
}

// Format writes the file that ParseArticle reads as the article; its name is
// the article's ID with the ending .md.
func Format(a *Article) []byte { return FormatVersion(a, 0) }

// FormatVersion is Format of a version, from 1, which the file names: what is sent back
// is a change of that one. 0 names none.
func FormatVersion(a *Article, n int) []byte {
	h := header{Title: a.Title, Kind: a.Kind, Customers: a.Customers, Visibility: "customers", Version: n, details: detailsOf(a)}
	if a.Internal {
		h.Visibility = "internal"
	}
	return slices.Concat([]byte("---\n"), encoded(h), []byte("---\n\n"), []byte(a.Text), []byte("\n"))
}
