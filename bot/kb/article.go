package kb

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"sereno/bot/company"
)

// MaxArticle is the largest file taken, in bytes.
const MaxArticle = 1 << 20

// MaxTitle is the longest title, in characters.
const MaxTitle = 200

// Mistake is what is wrong with an article's file, and what to write instead.
type Mistake struct {
	File string
	Line int // from 1; 0 for the whole of it
	// Article is the id of the one that the file would be.
	Article string
	Text    string
	// spanish is Text in that language.
	spanish string
}

func (m Mistake) Error() string { return m.Place() + ": " + m.Text }

// Place is where it is: file:line, or the file alone.
func (m Mistake) Place() string {
	if m.Line == 0 {
		return m.File
	}
	return fmt.Sprintf("%s:%d", m.File, m.Line)
}

// Mistakes are all that were found, in the order of files and lines.
type Mistakes []Mistake

func (ms Mistakes) Error() string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.Error()
	}
	return strings.Join(lines, "\n")
}

// Told is Error in the language.
func (ms Mistakes) Told(lang company.Lang) string {
	lines := make([]string, len(ms))
	for i, m := range ms {
		lines[i] = m.Place() + ": " + m.In(lang)
	}
	return strings.Join(lines, "\n")
}

// LoadDir reads every *.md file of the folder and the folders in it, in the
// order of their paths. The error is Mistakes when files are wrong: all the
// mistakes of all files at once, and no articles.
func LoadDir(folder fs.FS) ([]*Article, error) {
	articles, mistakes, err := ReadDir(folder, map[string]string{}, nil)
	if err != nil {
		return nil, err
	}
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	return articles, nil
}

// ReadDir reads as LoadDir does, and gives the articles of the files that are
// right and the mistakes of the others, of whom c does not know among them; nil
// knows everybody. It notes in seen the file of each id. What is hidden, as .git is,
// is not read.
func ReadDir(folder fs.FS, seen map[string]string, c *company.Company) ([]*Article, Mistakes, error) {
	var articles []*Article
	var mistakes Mistakes
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case Hidden(name) && d.IsDir():
			return fs.SkipDir
		case d.IsDir() || Hidden(name) || path.Ext(name) != ".md":
			return nil
		}
		data, err := ReadFile(folder, name, MaxArticle)
		if err != nil {
			mistakes = append(mistakes, Wrong(name, 1, "it cannot be read: %s", err.Error()))
			return nil
		}
		a, wrong := parse(name, data, c)
		if first, twice := seen[a.ID]; twice {
			wrong = append(wrong, Wrong(name, 1, "%s has the same name: give this file another one, an article's id is its file's name", first))
		} else {
			seen[a.ID] = name
		}
		mistakes = append(mistakes, wrong...)
		if len(wrong) == 0 {
			articles = append(articles, a)
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the articles: %w", err)
	}
	return articles, mistakes, nil
}

// MaxID is the longest id, in characters: what buttons and forms carry of an article
// has to fit on every platform.
const MaxID = 70

// IDOf is the id of an article whose file has the name: without .md, and with
// hyphens for what a command would take apart.
func IDOf(name string) string {
	words := strings.FieldsFunc(strings.TrimSuffix(name, ".md"), func(c rune) bool {
		return c == ':' || unicode.IsSpace(c) || unicode.IsControl(c)
	})
	return ShortID(strings.Join(words, "-"))
}

// ShortID is an id of at most MaxID characters: of a longer one the beginning, and
// something that tells it from others which begin like it.
func ShortID(id string) string {
	all := []rune(id)
	if len(all) <= MaxID {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	mark := "-" + hex.EncodeToString(sum[:4])
	return strings.TrimRight(string(all[:MaxID-len(mark)]), "-") + mark
}

// ReadFile reads a file, and no more of it than the limit and a byte, by which the
// reader sees that it is too long. What is no file, such as a device or a pipe, which
// may never end, is not opened.
func ReadFile(folder fs.FS, name string, limit int64) ([]byte, error) {
	info, err := fs.Stat(folder, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("it is no file")}
	}
	f, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() // read only: nothing is lost
	return io.ReadAll(io.LimitReader(f, limit+1))
}

// Hidden reports whether the file's name begins with a dot.
func Hidden(name string) bool { return name != "." && strings.HasPrefix(path.Base(name), ".") }

// ParseArticle reads one article: Markdown under YAML between two lines of
// three hyphens. name is the file's path; its last part without the ending is
// the article's id. The error is Mistakes.
//
//	---
//	title: How to rotate an API key
//	kind: tutorial            # faq, tutorial, troubleshooting, procedure, good_practice
//	language: en              # es, en
//	tags: [api key, rotation]
//	products: [Payments API]
//	customers: [acme]         # left out: all customers
//	visibility: customers     # or internal, which it is when left out
//	owner: ana                # a person's name in the configuration
//	review_by: 2027-06-30     # the day by which somebody looks whether it is still true
//	must_read: true           # whoever supports the products must have read it
//	translates: rotar-clave   # the article of which this is a translation
//	---
func ParseArticle(name string, data []byte) (*Article, error) {
	return ParseArticleOf(nil, name, data)
}

// ParseSent is ParseArticle of a file that somebody has changed, and says of which version
// (“version: 3”); 0 where the file does not. In a folder of articles that line means nothing.
func ParseSent(name string, data []byte) (*Article, int, error) {
	p := newParser(name, nil)
	if p.parse(data); len(p.mistakes) > 0 {
		return nil, 0, Mistakes(p.mistakes)
	}
	return p.article, p.version, nil
}

// ParseArticleOf is ParseArticle of a company, and refuses an owner or a customer
// whom it does not have.
func ParseArticleOf(c *company.Company, name string, data []byte) (*Article, error) {
	a, mistakes := parse(name, data, c)
	if len(mistakes) > 0 {
		return nil, Mistakes(mistakes)
	}
	return a, nil
}

func parse(name string, data []byte, c *company.Company) (*Article, []Mistake) {
	p := newParser(name, c)
	p.parse(data)
	return p.article, p.mistakes
}

func newParser(name string, c *company.Company) *parser {
	return &parser{file: name, company: c, article: &Article{ID: IDOf(path.Base(name)), Internal: true}}
}

func (p *parser) parse(data []byte) {
	p.read(data)
	slices.SortStableFunc(p.mistakes, func(a, b Mistake) int { return cmp.Compare(a.Line, b.Line) })
}

type parser struct {
	file     string
	company  *company.Company // nil knows everybody
	article  *Article
	version  int // that the file is a change of, 0 where it does not say
	mistakes []Mistake
}

func (p *parser) wrong(line int, format string, args ...any) {
	p.mistakes = append(p.mistakes, Wrong(p.file, line, format, args...))
}

func (p *parser) read(data []byte) {
	if p.article.ID == "" {
		p.wrong(1, "the file's name holds no letter: give it another one, an article's id is its file's name")
		return
	}
	if len(data) > MaxArticle {
		p.wrong(1, "it is longer than %d bytes: cut it into several articles", MaxArticle)
		return
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if !utf8.Valid(data) {
		p.wrong(1+bytes.Count(data[:invalidAt(data)], []byte("\n")), "not UTF-8: save the file in that encoding")
		return
	}
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	head, body, bodyLine, ok := divide(text)
	if !ok {
		p.wrong(1, "no header: begin the file with a line ---, then title:, kind:, language: and visibility:, then another line ---")
		return
	}
	if at := p.header(head); at != nil {
		p.required(at)
		p.known(at)
	}
	p.article.Text = strings.TrimSpace(body)
	if p.article.Text == "" {
		p.wrong(bodyLine, "the article is empty: write its text under the header")
	}
}

// divide tells the header from the body, which begins at bodyLine.
func divide(text string) (head, body string, bodyLine int, ok bool) {
	rest, ok := strings.CutPrefix(text, "---\n")
	if !ok {
		return "", "", 0, false
	}
	line := 2
	for at := 0; at < len(rest); line++ {
		end := strings.IndexByte(rest[at:], '\n')
		next := len(rest)
		if end >= 0 {
			next = at + end + 1
		}
		if strings.TrimRight(rest[at:next], " \t\n") == "---" {
			return rest[:at], rest[next:], line + 1, true
		}
		at = next
	}
	return "", "", 0, false
}

func invalidAt(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return 0
}

// headerLines is how many lines come before the header's first.
const headerLines = 1

// header reads the fields, and answers the line of each.
func (p *parser) header(head string) map[string]int {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(head), &doc); err != nil {
		p.wrong(yamlLine(err)+headerLines, "the header is not YAML (%s): write one name: value a line, with values that hold a colon in quotes", yamlReason(err))
		return nil
	}
	var pairs []*yaml.Node
	if len(doc.Content) > 0 {
		if doc.Content[0].Kind != yaml.MappingNode {
			p.wrong(doc.Content[0].Line+headerLines, "the header is not a list of names and values: write title: …, one a line")
			return nil
		}
		pairs = doc.Content[0].Content
	}
	at := map[string]int{}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, line := pairs[i].Value, pairs[i].Line+headerLines
		if first, twice := at[name]; twice {
			p.wrong(line, "%s is there twice: keep this one or the one of line %d", name, first)
			continue
		}
		at[name] = line
		p.field(name, pairs[i+1], line)
	}
	return at
}

// required checks what the fields say together.
func (p *parser) required(at map[string]int) {
	for _, need := range []struct{ name, example string }{
		{"title", "title: How to rotate an API key"},
		{"kind", "kind: " + strings.Join(kindNames(), ", kind: ")},
		{"language", "language: es, language: en"},
	} {
		if at[need.name] == 0 {
			p.wrong(1, "%s is missing: write %s", need.name, need.example)
		}
	}
	if len(p.article.Customers) > 0 && p.article.Internal {
		p.wrong(at["customers"], "customers are named but the article is internal: write visibility: customers, or leave customers out")
	}
}

// known refuses whom the company does not have: of an article for a customer who is
// none, nobody would learn that nobody finds it.
func (p *parser) known(at map[string]int) {
	if p.company == nil {
		return
	}
	if o := p.article.Owner; o != "" {
		if who := p.company.Person(o); who == nil || who.Customer != nil {
			p.wrong(at["owner"], "owner cannot be %s, who is none of our own people: write a name that is among people of the configuration", o)
		}
	}
	var keys []string
	for _, c := range p.company.Customers {
		keys = append(keys, c.Key)
	}
	for _, c := range p.article.Customers {
		switch {
		case p.company.Customer(c) != nil:
		case len(keys) == 0:
			p.wrong(at["customers"], "%s is no customer, and there are none: leave the line out", c)
		default:
			p.wrong(at["customers"], "%s is no customer: write %s", c, nearest(c, keys))
		}
	}
}

// field takes one line of the header.
func (p *parser) field(name string, value *yaml.Node, line int) {
	a := p.article
	switch name {
	case "title":
		a.Title = p.word(name, value, line)
		if n := utf8.RuneCountInString(a.Title); n > MaxTitle {
			p.wrong(line, "the title has %d characters: write at most %d", n, MaxTitle)
		}
	case "kind":
		a.Kind = Kind(p.oneOf(name, value, line, kindNames()))
	case "language":
		a.Language = company.Lang(p.oneOf(name, value, line, []string{string(company.Spanish), string(company.English)}))
	case "visibility":
		a.Internal = p.oneOf(name, value, line, []string{"internal", "customers"}) != "customers"
	case "tags":
		a.Tags = p.list(name, value, line)
	case "products":
		a.Products = p.list(name, value, line)
	case "customers":
		a.Customers = p.list(name, value, line)
		if len(a.Customers) == 0 {
			p.wrong(line, "customers is empty: name at least one, or leave the line out for all customers")
		}
	case "owner":
		a.Owner = p.word(name, value, line)
	case "review_by":
		a.ReviewBy = p.day(name, value, line)
	case "must_read":
		a.MustRead = p.oneOf(name, value, line, []string{"true", "false"}) == "true"
	case "translates":
		a.Translates = IDOf(p.word(name, value, line))
		if a.Translates != "" && a.Translates == a.ID {
			p.wrong(line, "the article would be a translation of itself: write the name of the other one's file without .md")
		}
	case "version":
		v := p.word(name, value, line)
		n, err := strconv.Atoi(v)
		if v != "" && (err != nil || n < 1) {
			p.wrong(line, "version cannot be %s: leave it as it was given to you, or leave the line out", v)
			return
		}
		p.version = n
	default:
		p.wrong(line, "%s is not known: write %s", name, nearest(name, fieldNames))
	}
}

var fieldNames = []string{"title", "kind", "language", "tags", "products", "customers", "visibility", "owner", "review_by", "must_read", "translates", "version"}

func kindNames() []string {
	return []string{string(FAQ), string(Tutorial), string(Troubleshooting), string(Procedure), string(GoodPractice)}
}

// word is the value of a field that holds one text.
func (p *parser) word(name string, value *yaml.Node, line int) string {
	v := strings.Join(strings.Fields(value.Value), " ")
	if value.Kind != yaml.ScalarNode || value.Tag == "!!null" || v == "" {
		p.wrong(line, "%s must be one text: write %s: …", name, name)
		return ""
	}
	return v
}

// day is the value of a field that holds a date.
func (p *parser) day(name string, value *yaml.Node, line int) time.Time {
	v := p.word(name, value, line)
	if v == "" {
		return time.Time{}
	}
	at, err := ParseDay(v)
	if err != nil {
		p.wrong(line, "%s cannot be %s: write a day as %s: 2027-06-30", name, v, name)
	}
	return at
}

// ParseDay reads a day as front matter has it, 2027-06-30, as its midnight in UTC.
func ParseDay(s string) (time.Time, error) {
	at, err := time.Parse(time.DateOnly, s)
	if err == nil && at.Year() < 2000 { // a slip; and the zero instant means none
		return time.Time{}, fmt.Errorf("%s is long past", s)
	}
	return at, err
}

func (p *parser) oneOf(name string, value *yaml.Node, line int, known []string) string {
	v := p.word(name, value, line)
	if v != "" && !slices.Contains(known, v) {
		p.wrong(line, "%s cannot be %s: write %s: %s", name, v, name, nearest(v, known))
	}
	return v
}

// list is the value of a field that holds several texts; one alone will do.
func (p *parser) list(name string, value *yaml.Node, line int) []string {
	if value.Kind == yaml.ScalarNode && value.Tag == "!!null" {
		return nil
	}
	items := []*yaml.Node{value}
	if value.Kind == yaml.SequenceNode {
		items = value.Content
	}
	var out []string
	for _, it := range items {
		v := strings.Join(strings.Fields(it.Value), " ")
		if it.Kind != yaml.ScalarNode || v == "" {
			p.wrong(max(line, it.Line+headerLines), "%s must be a list of texts: write %s: [one, another]", name, name)
			continue
		}
		out = append(out, v)
	}
	return out
}
