package slack

import (
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"sereno/bot/emoji"
	"sereno/bot/markup"
)

// markdown shows what our own people wrote as rich text, in which nothing is
// interpreted: what is no mark in the Markdown is none in Slack either, and
// nobody is called. What would not fit into one block becomes several.
func markdown(md string) []slackgo.Block {
	var out []slackgo.Block
	for _, p := range markup.Split(clean(md), maxSection, utf8.RuneCountInString) {
		doc := markup.Parse(p)
		b := slackgo.NewRichTextBlock("", richElements(doc)...)
		switch {
		case len(b.Elements) == 0:
		case weight(b) <= maxSum:
			out = append(out, b)
		default: // more marks than words
			for _, s := range pieces(doc.Plain(), maxSection) {
				out = append(out, slackgo.NewSectionBlock(plainText(s), nil, nil))
			}
		}
	}
	return out
}

func richElements(doc markup.Doc) []slackgo.RichTextElement {
	var out []slackgo.RichTextElement
	running := false // the last one is running text, from which the next stands off
	for _, b := range doc {
		switch b := b.(type) {
		case markup.List:
			out = append(out, richList(b, 0)...)
		case markup.Fence:
			if b.Code != "" {
				out = append(out, &slackgo.RichTextPreformatted{
					Type: slackgo.RTEPreformatted, Language: b.Lang, Elements: []slackgo.RichTextSectionElement{richText(b.Code, false)},
				})
			}
		case markup.Quote:
			if inner := flat(b.Blocks, style{}); len(inner) > 0 {
				out = append(out, &slackgo.RichTextQuote{Type: slackgo.RTEQuote, Elements: inner})
			}
		default:
			inner := flat([]markup.Block{b}, style{})
			if len(inner) == 0 {
				continue
			}
			if running {
				inner = append([]slackgo.RichTextSectionElement{richText("\n", false)}, inner...)
			}
			out = append(out, slackgo.NewRichTextSection(inner...))
			running = true
			continue
		}
		running = false
	}
	return out
}

// richList is a list and those inside it: Slack has no nesting, only lists
// that are indented, so that one with others inside is taken up again after each.
func richList(l markup.List, indent int) []slackgo.RichTextElement {
	var out []slackgo.RichTextElement
	kind, first := slackgo.RTEListBullet, 0
	if l.Ordered {
		kind, first = slackgo.RTEListOrdered, l.Start-1
	}
	var here *slackgo.RichTextList
	for i, item := range l.Items {
		if here == nil {
			here = slackgo.NewRichTextList(kind, min(indent, maxIndent))
			here.Offset = max(first+i, 0)
			out = append(out, here)
		}
		var said []markup.Block
		var inside []slackgo.RichTextElement
		for _, b := range item {
			if sub, ok := b.(markup.List); ok {
				inside = append(inside, richList(sub, indent+1)...)
				continue
			}
			said = append(said, b)
		}
		line := flat(said, style{})
		if len(line) == 0 {
			line = []slackgo.RichTextSectionElement{richText(" ", false)}
		}
		here.Elements = append(here.Elements, slackgo.NewRichTextSection(line...))
		if len(inside) > 0 {
			out, here = append(out, inside...), nil
		}
	}
	return out
}

// maxIndent is how far Slack indents a list.
const maxIndent = 8

// style is how a run of characters is shown.
type style = slackgo.RichTextSectionTextStyle

// flat is what blocks say as one run, each on lines of its own.
func flat(blocks []markup.Block, in style) []slackgo.RichTextSectionElement {
	var out []slackgo.RichTextSectionElement
	for _, b := range blocks {
		var inner []slackgo.RichTextSectionElement
		switch b := b.(type) {
		case markup.Paragraph:
			inner = richSpans(b.Spans, in)
		case markup.Heading:
			bold := in
			bold.Bold = true
			inner = richSpans(b.Spans, bold)
		case markup.Fence:
			code := in
			code.Code = true
			inner = styled(b.Code, code)
		case markup.Quote:
			inner = flat(b.Blocks, in)
		case markup.List:
			inner = runs(markup.Doc{b}.Plain(), in)
		case markup.Rule:
			inner = runs("———", in)
		}
		if len(inner) > 0 && len(out) > 0 {
			out = append(out, richText("\n", false))
		}
		out = append(out, inner...)
	}
	return out
}

func richSpans(spans []markup.Span, in style) []slackgo.RichTextSectionElement {
	var out []slackgo.RichTextSectionElement
	for _, s := range spans {
		with := in
		switch s := s.(type) {
		case markup.Text:
			out = append(out, runs(string(s), with)...)
		case markup.Bold:
			with.Bold = true
			out = append(out, richSpans(s.Spans, with)...)
		case markup.Italic:
			with.Italic = true
			out = append(out, richSpans(s.Spans, with)...)
		case markup.Strike:
			with.Strike = true
			out = append(out, richSpans(s.Spans, with)...)
		case markup.Code:
			with.Code = true
			out = append(out, styled(string(s), with)...)
		case markup.Link:
			label := markup.Doc{markup.Paragraph{Spans: s.Spans}}.Plain()
			out = append(out, slackgo.NewRichTextSectionLinkElement(s.URL, label, styleOf(with)))
		}
	}
	return out
}

// runs is a text in which the names of emoji are emoji: in rich text Slack
// takes names for what they are.
func runs(s string, in style) []slackgo.RichTextSectionElement { return styled(emoji.Show(s), in) }

func styled(s string, in style) []slackgo.RichTextSectionElement {
	if s == "" {
		return nil
	}
	return []slackgo.RichTextSectionElement{slackgo.NewRichTextSectionTextElement(clean(s), styleOf(in))}
}

func styleOf(in style) *style {
	if in == (style{}) {
		return nil
	}
	return &in
}
