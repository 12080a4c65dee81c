package kb

import (
	"bytes"
	"time"

	"go.yaml.in/yaml/v3"
)

// header is the front matter, in the order in which it is written.
type header struct {
	Title      string
	Kind       Kind
	Language   string
	Tags       []string `yaml:",omitempty,flow"`
	Products   []string `yaml:",omitempty,flow"`
	Customers  []string `yaml:",omitempty,flow"`
	Visibility string
	Owner      string    `yaml:",omitempty"`
	ReviewBy   yaml.Node `yaml:"review_by,omitempty"`
	MustRead   bool      `yaml:"must_read,omitempty"`
	Translates string    `yaml:",omitempty"`
}

// Format writes the file that ParseArticle reads as the article; its name is
// the article's ID with the ending .md.
func Format(a *Article) []byte {
	h := header{
		Title: a.Title, Kind: a.Kind, Language: string(a.Language), Tags: a.Tags, Products: a.Products, Customers: a.Customers,
		Visibility: "customers", Owner: a.Owner, MustRead: a.MustRead, Translates: a.Translates,
	}
	if a.Internal {
		h.Visibility = "internal"
	}
	if !a.ReviewBy.IsZero() {
		h.ReviewBy = yaml.Node{Kind: yaml.ScalarNode, Value: a.ReviewBy.Format(time.DateOnly)}
	}
	var b bytes.Buffer
	b.WriteString("---\n")
	out := yaml.NewEncoder(&b)
	out.SetIndent(2)
	if err := out.Encode(h); err != nil { // only for a type that YAML does not have
		panic(err)
	}
	b.WriteString("---\n\n")
	b.WriteString(a.Text)
	b.WriteByte('\n')
	return b.Bytes()
}
