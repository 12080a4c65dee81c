// Package markup reads the Markdown that our own people and articles are
// written in, and says it again in any dialect: what a platform calls bold, a
// quotation or a link is a Dialect; how a text is put together is here.
//
// The Markdown is CommonMark with ~~struck~~ text and bare addresses as links.
// HTML is text like any other, pictures are links to them, rows of tables are
// lines. Every character that the author did not mean as markup reaches the
// dialect through Dialect.Text, and every address has been checked.
//
// Nothing here fails, and no text, however hostile, takes more than time and
// memory in proportion to its length: what is nested or marked up beyond all
// sense is taken as plain text (guard.go).
package markup

// Doc is a text as a tree: what a platform with structure of its own is built
// from, and what Markdown can be written from.
type Doc []Block

// Block is one of Paragraph, Heading, Fence, Quote, List and Rule.
type Block interface{ block() }

// The blocks.
type (
	// Paragraph is running text.
	Paragraph struct{ Spans []Span }
	// Heading announces what follows. Level is from 1 to 6.
	Heading struct {
		Level int
		Spans []Span
	}
	// Fence is code. Lang is the language that the author named, one word or "".
	// Code has no newline at its end.
	Fence struct{ Lang, Code string }
	// Quote is somebody's words.
	Quote struct{ Blocks []Block }
	// List has Items that are lists of blocks themselves; most are one Paragraph,
	// followed by a List where there are entries under it. An ordered one counts
	// from Start.
	List struct {
		Ordered bool
		Start   int
		Items   [][]Block
	}
	// Rule is a line across.
	Rule struct{}
)

func (Paragraph) block() {}
func (Heading) block()   {}
func (Fence) block()     {}
func (Quote) block()     {}
func (List) block()      {}
func (Rule) block()      {}

// Span is one of Text, Bold, Italic, Strike, Code and Link. Of what Parse
// answers, no style is inside itself, no link inside another, and no two Texts
// are neighbours.
type Span interface{ span() }

// The spans.
type (
	// Text is raw text; a newline in it begins a new line.
	Text string
	// Bold is strong emphasis.
	Bold struct{ Spans []Span }
	// Italic is emphasis.
	Italic struct{ Spans []Span }
	// Strike is what no longer holds.
	Strike struct{ Spans []Span }
	// Code is raw text on one line, shown with letters of one width.
	Code string
	// Link leads to URL: http, https or mailto, at most 2,048 bytes, without
	// blanks, controls, quotes, backslashes or any of < > ( ) | ` (percent-encoded).
	// Spans are its label, never empty.
	Link struct {
		Spans []Span
		URL   string
	}
)

func (Text) span()   {}
func (Bold) span()   {}
func (Italic) span() {}
func (Strike) span() {}
func (Code) span()   {}
func (Link) span()   {}
