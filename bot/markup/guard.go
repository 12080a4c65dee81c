package markup

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// The parser's work can grow with the square of what is nested or left open:
// these bounds keep it in proportion to the length.
const (
	// maxSource is the longest text that is read as Markdown, in bytes.
	maxSource = 1 << 18
	// maxDepth is how deep quotations and lists may be nested.
	maxDepth = 16
	// maxMarks is how many marks of one block (stars, brackets, backquotes, …) are
	// tried; more are characters.
	maxMarks = 1000
	// maxBlock is the length, in bytes, of a block in which marks are tried at
	// all, each of which may look for its end.
	maxBlock = 1 << 16
	// maxDefinitions is the length, in lines, of a paragraph that may define
	// addresses of links ("[label]: address").
	maxDefinitions = 200
)

// shallow opens no container in one that is nested too deep already.
type shallow struct{ parser.BlockParser }

func (s shallow) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		switch n.Kind() {
		case ast.KindBlockquote, ast.KindListItem:
			if depth++; depth >= maxDepth {
				return nil, parser.NoChildren
			}
		}
	}
	return s.BlockParser.Open(parent, reader, pc)
}

// brief looks for definitions in paragraphs that are not too long.
type brief struct{ parser.ParagraphTransformer }

func (b brief) Transform(p *ast.Paragraph, reader text.Reader, pc parser.Context) {
	if p.Lines().Len() <= maxDefinitions {
		b.ParagraphTransformer.Transform(p, reader, pc)
	}
}

// budget is what a block has left.
type budget struct {
	block ast.Node
	marks int
}

var budgetKey = parser.NewContextKey()

// spend takes one mark from the block's budget and reports whether there was one.
func spend(pc parser.Context, block ast.Node) bool {
	b, _ := pc.Get(budgetKey).(*budget)
	if b == nil {
		b = &budget{}
		pc.Set(budgetKey, b)
	}
	if b.block != block {
		b.block, b.marks = block, maxMarks
		if size(block) > maxBlock {
			b.marks = 0
		}
	}
	b.marks--
	return b.marks >= 0
}

func size(block ast.Node) int {
	n := 0
	for _, line := range block.Lines().Sliced(0, block.Lines().Len()) {
		n += line.Len()
	}
	return n
}

// frugal tries a mark only while the block has marks left.
type frugal struct{ parser.InlineParser }

func (f frugal) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if !spend(pc, parent) {
		return nil
	}
	return f.InlineParser.Parse(parent, block, pc)
}

// frugalLinks is frugal, and tidies up what was left open when a block ends.
type frugalLinks struct{ frugal }

func (f frugalLinks) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	f.InlineParser.(parser.CloseBlocker).CloseBlock(parent, block, pc)
}
