package sources

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/bot/kb"
)

// As ?do=export_xhtml writes it: a table of contents, the sections, highlighted
// code with a link to download it, footnotes.
const dokuwiki = `<!DOCTYPE html><html lang="es" dir="ltr"><head><meta charset="utf-8"/><title>cobros:webhooks</title>
<script>/*<![CDATA[*/var NS='cobros';/*!]]>*/</script><link rel="stylesheet" href="/lib/exe/css.php"/></head>
<body><div class="dokuwiki export">
<!-- TOC START -->
<div id="dw__toc" class="dw__toc"><h3 class="toggle">Tabla de Contenidos</h3><div><ul class="toc"><li class="level1"><div class="li"><a href="#webhooks">Webhooks</a></div></li></ul></div></div>
<!-- TOC END -->
<h1 class="sectionedit1" id="los_webhooks_no_llegan">Los webhooks no llegan</h1>
<div class="level1">
<p>Ver <a href="/doku.php?id=cobros:claves" class="wikilink1" title="cobros:claves" data-wiki-id="cobros:claves">claves</a> y <a href="/doku.php?id=cobros:firma" class="wikilink1" title="cobros:firma">cómo firmamos</a>, o la <a href="https://docs.example.com/w" class="urlextern" title="https://docs.example.com/w" rel="ugc nofollow">guía</a>.<sup><a href="#fn__1" id="fnt__1" class="fn_top">1)</a></sup></p>
</div>
<div class="secedit editbutton_section editbutton_1"><form class="button btn_secedit" method="post" action="/doku.php"><div class="no"><input type="hidden" name="do" value="edit"/><button type="submit" title="x">Editar</button></div></form></div>
<h2 class="sectionedit2" id="pasos">Pasos</h2>
<div class="level2">
<ol><li class="level1"><div class="li"> Mirá el registro</div></li><li class="level1"><div class="li"> Reintentá</div></li></ol>
<dl class="code"><dt><a href="/doku.php?do=export_code&amp;codeblock=0" title="Descargar" class="mediafile mf_sh">probar.sh</a></dt><dd><pre class="code bash"><span class="kw2">curl</span> <span class="re5">-i</span> https://api
  <span class="nb0">echo</span> *</pre></dd></dl>
<div class="table sectionedit3"><table class="inline"><thead><tr class="row0"><th class="col0">Código</th><th class="col1">Qué es</th></tr></thead><tr class="row1"><td class="col0">410</td><td class="col1">Dado de baja</td></tr></table></div>
</div>
<div class="footnotes"><div class="fn"><sup><a href="#fnt__1" id="fn__1" class="fn_bot">1)</a></sup> <div class="content">Solo en producción</div></div></div>
</div></body></html>`

const dokuwikiText = `Ver claves y cómo firmamos (cobros:firma), o la [guía](https://docs.example.com/w).1)

## Pasos

1. Mirá el registro
2. Reintentá

probar.sh

` + "```bash\ncurl -i https://api\n  echo *\n```" + `

| Código | Qué es |
|--------|--------------|
| 410 | Dado de baja |

1\)

Solo en producción`

// As it is served by the skin Vector.
const mediawiki = `<!DOCTYPE html><html class="client-nojs" lang="en" dir="ltr"><head><meta charset="UTF-8"/><title>Rotate a key - Acme Wiki</title><script>RLCONF={}</script></head>
<body class="mediawiki ltr sitedir-ltr ns-0 page-Rotate_a_key skin-vector action-view">
<div id="mw-page-base" class="noprint"></div>
<div id="content" class="mw-body" role="main"><a id="top"></a><div class="mw-indicators"></div>
<h1 id="firstHeading" class="firstHeading mw-first-heading"><span class="mw-page-title-main">Rotate a key</span></h1>
<div id="bodyContent" class="vector-body"><div id="siteSub" class="noprint">From Acme Wiki</div><div id="contentSub"></div>
<a class="mw-jump-link" href="#mw-head">Jump to navigation</a>
<div id="mw-content-text" class="mw-body-content mw-content-ltr" lang="en" dir="ltr"><div class="mw-parser-output">
<p>A key is rotated with a <a href="/index.php/Second_key" title="Second key">second key</a>; see <a href="/index.php?title=Vault&amp;action=edit&amp;redlink=1" class="new" title="Vault (page does not exist)">the vault</a>.<sup id="cite_ref-1" class="reference"><a href="#cite_note-1">[1]</a></sup></p>
<div id="toc" class="toc" role="navigation"><div class="toctitle"><h2 id="mw-toc-heading">Contents</h2></div><ul><li class="toclevel-1"><a href="#Steps"><span class="tocnumber">1</span> <span class="toctext">Steps</span></a></li></ul></div>
<h2><span class="mw-headline" id="Steps">Steps</span><span class="mw-editsection"><span class="mw-editsection-bracket">[</span><a href="/index.php?title=Rotate_a_key&amp;action=edit&amp;section=1" title="Edit section: Steps">edit</a><span class="mw-editsection-bracket">]</span></span></h2>
<ul><li>Create it.</li><li>Use it.</li></ul>
<div class="mw-highlight mw-highlight-lang-python mw-content-ltr" dir="ltr"><pre><span></span><span class="n">key</span> <span class="o">=</span> <span class="mi">2</span>
</pre></div>
<figure class="mw-default-size"><a href="/index.php/File:K.png" class="mw-file-description"><img src="/images/K.png" alt="K.png"/></a><figcaption>The page of keys</figcaption></figure>
<!-- NewPP limit report -->
</div><div class="printfooter" data-nosnippet="">Retrieved from "<a href="https://wiki/x">https://wiki/x</a>"</div></div>
<div id="catlinks" class="catlinks"><div id="mw-normal-catlinks"><a href="/index.php/Special:Categories">Category</a>: <ul><li><a href="/index.php/Category:Keys">Keys</a></li></ul></div></div>
</div></div>
<div id="mw-navigation"><h2>Navigation menu</h2></div><footer id="footer"><ul><li>This page was last edited</li></ul></footer></body></html>`

const mediawikiText = `A key is rotated with a second key; see the vault (Vault (page does not exist)).\[1]

## Steps

- Create it.
- Use it.

` + "```python\nkey = 2\n```" + `

The page of keys`

// As the export of a space as HTML has it.
const confluence = `<!DOCTYPE html><html><head><title>Pagos : Reembolsos</title><link rel="stylesheet" href="styles/site.css" type="text/css"/><META http-equiv="Content-Type" content="text/html; charset=UTF-8"></head>
<body class="theme-default aui-theme-default"><div id="page"><div id="main" class="aui-page-panel">
<div id="main-header"><div id="breadcrumb-section"><ol id="breadcrumbs"><li class="first"><span><a href="index.html">Pagos</a></span></li><li><span><a href="Inicio_98305.html">Inicio</a></span></li></ol></div>
<h1 id="title-heading" class="pagetitle"><span id="title-text">Pagos : Reembolsos</span></h1></div>
<div id="content" class="view"><div class="page-metadata">Created by <span class='author'> Ana</span>, last modified on Jun 12, 2024</div>
<div id="main-content" class="wiki-content group">
<style type='text/css'>/*<![CDATA[*/div.rbtoc1 {padding: 0px;}/*]]>*/</style><div class='toc-macro rbtoc1'><ul class='toc-indentation'><li><a href='#Reembolsos-Plazos'>Plazos</a></li></ul></div>
<h1 id="Reembolsos-Plazos">Plazos</h1><p>Tarda <strong>cinco</strong> días. Ver <a href="Contracargos_98310.html">Contracargos</a>.</p>
<div class="confluence-information-macro confluence-information-macro-warning"><p class="title">Ojo</p><span class="aui-icon aui-icon-small aui-iconfont-error confluence-information-macro-icon"></span><div class="confluence-information-macro-body"><p>No se cancela.</p></div></div>
<div class="code panel pdl" style="border-width: 1px;"><div class="codeContent panelContent pdl"><pre class="syntaxhighlighter-pre" data-syntaxhighlighter-params="brush: sql; gutter: false; theme: Confluence" data-theme="Confluence">select *
  from refunds;</pre></div></div>
<span class="confluence-embedded-file-wrapper"><img class="confluence-embedded-image" alt="flujo.png" src="attachments/98306/98311.png" data-image-src="attachments/98306/98311.png"/></span>
<div class="table-wrap"><table class="confluenceTable"><tbody><tr><th class="confluenceTh">Medio</th><th class="confluenceTh">Días</th></tr><tr><td class="confluenceTd">Débito</td><td class="confluenceTd">5</td></tr></tbody></table></div>
</div>
<div class="pageSection group"><div class="pageSectionHeader"><h2 id="attachments" class="pageSectionTitle">Attachments:</h2></div><div class="greybox" align="left"><a href="attachments/98306/98311.png">flujo.png</a> (image/png)<br/></div></div>
</div></div><div id="footer" role="contentinfo"><section class="footer-body"><p>Document generated by Confluence on Jun 24, 2024 05:24</p><div id="footer-logo"><a href="http://www.atlassian.com/">Atlassian</a></div></section></div></div></body></html>`

const confluenceText = `# Plazos

Tarda **cinco** días. Ver Contracargos.

Ojo

No se cancela.

` + "```sql\nselect *\n  from refunds;\n```" + `

| Medio | Días |
|--------|------|
| Débito | 5 |`

const confluenceIndex = `<!DOCTYPE html><html><head><title>Pagos</title></head><body><div id="page"><div id="main"><div id="main-header"><h1 id="title-heading" class="pagetitle"><span id="title-text">Space Details:</span></h1></div>
<div id="content"><div id="main-content" class="pageSection"><table class="confluenceTable"><tr><th class="confluenceTh">Key</th><td class="confluenceTd">PAG</td></tr></table></div>
<div class="pageSection"><div class="pageSectionHeader"><h2 class="pageSectionTitle">Available Pages:</h2></div><ul><li><a href="Inicio_98305.html">Inicio</a></li></ul></div></div></div></div></body></html>`

var wikiOf = map[string]string{"dokuwiki": dokuwiki, "mediawiki": mediawiki, "confluence": confluence}

// squeezed leaves out how wide a table's cells are.
func squeezed(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "|") {
			lines[i] = strings.ReplaceAll(strings.Join(strings.Fields(l), " "), "-", "")
		}
	}
	return strings.Join(lines, "\n")
}

func TestPagesOfWikisBecomeArticles(t *testing.T) {
	for _, tt := range []struct{ format, title, text string }{
		{"dokuwiki", "Los webhooks no llegan", dokuwikiText},
		{"mediawiki", "Rotate a key", mediawikiText},
		{"confluence", "Reembolsos", confluenceText},
	} {
		t.Run(tt.format, func(t *testing.T) {
			p, err := convert(tt.format, []byte(wikiOf[tt.format]), nil)
			if err != nil {
				t.Fatal(err)
			}
			if p.title != tt.title {
				t.Errorf("title %q, want %q", p.title, tt.title)
			}
			if d := cmp.Diff(squeezed(tt.text), squeezed(p.text)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAnExportIsRead(t *testing.T) {
	s := config.Source{Format: "confluence", Kind: kb.FAQ, Language: "es", Customers: true, Products: []string{"Pagos"}, Tags: []string{"wiki"}, Only: []string{"acme"}, Owner: "ana"}
	files := map[string]string{}
	var read bot.Reading
	err := readWiki(fstest.MapFS{
		"PAG/index.html":            {Data: []byte(confluenceIndex)},
		"PAG/Reembolsos_98306.html": {Data: []byte(confluence)},
		"PAG/Reembolsos 98306.htm":  {Data: []byte(strings.Replace(confluence, "cinco", "seis", 1))},
		"PAG/reembolsos-98306.html": {Data: []byte(confluence)},
		"PAG/nothing.html":          {Data: []byte("<title>Nada</title>")},
		"PAG/styles/site.css":       {Data: []byte("a {}")},
		".git/x.html":               {Data: []byte(confluence)},
	}, "", s, files, &read)
	if err != nil {
		t.Fatal(err)
	}
	articles, mistakes := read.Articles, read.Mistakes
	if len(read.Skipped) != 1 || read.Skipped[0].Error() != "PAG/index.html: it is the export's own list of its pages" {
		t.Errorf("no articles: %v", read.Skipped)
	}
	var got []string
	for _, a := range articles {
		got = append(got, a.ID)
		if a.Internal || a.Owner != "ana" || !slices.Equal(a.Customers, s.Only) || a.Kind != kb.FAQ || a.Language != "es" || !slices.Equal(a.Products, s.Products) || !slices.Equal(a.Tags, s.Tags) {
			t.Errorf("the source says something else: %+v", a)
		}
		if _, err := kb.ParseArticle(a.ID+".md", kb.Format(a)); err != nil {
			t.Errorf("no article: %v", err)
		}
	}
	if want := []string{"pag-reembolsos-98306", "pag-reembolsos_98306"}; !slices.Equal(got, want) {
		t.Errorf("articles %q, want %q", got, want)
	}
	want := "PAG/nothing.html:1: the page has no text: is it an export of confluence?\n" +
		"PAG/reembolsos-98306.html:1: PAG/Reembolsos 98306.htm has the same name: give this file another one, an article's id is its file's name"
	if mistakes.Error() != want {
		t.Errorf("mistakes %v\nwant %s", mistakes, want)
	}
}

func TestLinksOfPages(t *testing.T) {
	for _, tt := range []struct{ name, html, want string }{
		{"out of the wiki", `<a href="HTTPS://x.example/a_b">out</a>`, "[out](https://x.example/a_b)"},
		{"a mail address", `<a href="mailto:a@b.example">us</a>`, "[us](mailto:a@b.example)"},
		{"to another page, by its name", `<a href="k.html" title="ns:api_keys">API keys</a>`, "API keys"},
		{"to another page, in other words", `<a href="k.html" title="API keys">here</a>`, "here (API keys)"},
		{"within the page", `<a href="#x" title="ns:page">below</a>`, "below"},
		{"a script", `<a href="javascript:alert(1)">press</a>`, "press"},
		{"data", `<a href="data:text/html,x">press</a>`, "press"},
		{"an image that can be fetched", `<img src="https://x.example/a.png" alt="A">`, "![A](https://x.example/a.png)"},
		{"an image of the export, described", `<img src="a/b.png" alt="The button">`, "The button"},
		{"an image of the export", `text<img src="a/b.png" alt="b.png">`, "text"},
		{"a frame and a form", `<iframe src="https://x"></iframe><form>x<button>y</button></form><p>z</p>`, "z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := convert("dokuwiki", []byte(`<h1>T</h1><div class="dokuwiki export">`+tt.html+`</div>`), nil)
			if err != nil || p.text != tt.want {
				t.Errorf("got %q, %v; want %q", p.text, err, tt.want)
			}
		})
	}
}

func TestLinksBetweenPagesLeadToTheWiki(t *testing.T) {
	for _, tt := range []struct{ base, name, href, want string }{
		{"https://wiki.example/w", "ns/page.html", "keys.html#x", "https://wiki.example/w/ns/keys.html#x"},
		{"https://wiki.example/w", "page.html", "/index.php/Keys", "https://wiki.example/index.php/Keys"},
		{"https://wiki.example", "a b.html", "../../c.html?d=1", "https://wiki.example/c.html?d=1"},
		{"https://wiki.example", "page.html", "http://x.example/", "http://x.example/"},
		{"https://wiki.example", "page.html", "javascript:alert(1)", ""},
		{"https://wiki.example", "page.html", "#below", ""},
		{"", "page.html", "keys.html", ""},
	} {
		p, err := convert("dokuwiki", []byte(`<h1>T</h1><p><a href="`+tt.href+`">see</a></p>`), placeOf(config.Source{BaseURL: tt.base}, tt.name))
		want := "see"
		if tt.want != "" {
			want = "[see](" + tt.want + ")"
		}
		if err != nil || p.text != want {
			t.Errorf("%s at %s: %q, %v; want %q", tt.href, tt.base, p.text, err, want)
		}
	}
}

func TestPagesAboutMediaWikiItselfAreNoArticles(t *testing.T) {
	page := func(class, title string) []byte {
		return []byte(`<html><body class="mediawiki ` + class + ` x"><h1 id="firstHeading">` + title + `</h1><div id="bodyContent"><p>Words.</p></div></body></html>`)
	}
	for _, tt := range []struct {
		class, title string
		article      bool
	}{
		{"ns-0 ns-subject", "Rotate a key", true},
		{"ns-0 ns-subject", "Talk: how to say it", true},
		{"ns-4 ns-subject", "Acme:Rules", true},
		{"ns-12 ns-subject", "Help:Keys", true},
		{"ns-3000 ns-subject", "Runbook:Keys", true},
		{"ns-1 ns-talk", "Talk:Rotate a key", false},
		{"ns-2 ns-subject", "User:Ana", false},
		{"ns--1 ns-special", "Special:RecentChanges", false},
		{"ns-6 ns-subject", "File:Key.png", false},
		{"ns-14 ns-subject", "Category:Keys", false},
		{"ns-3001 ns-talk", "Runbook talk:Keys", false},
		{"", "Rotate a key", true},
		{"", "Error: no key", true},
		{"", "User talk:Ana", false},
		{"", "Especial:Cambios recientes", false},
		{"", "Usuario discusión:Ana", false},
	} {
		var read bot.Reading
		err := readWiki(fstest.MapFS{"p.html": {Data: page(tt.class, tt.title)}}, "", config.Source{Format: "mediawiki", Kind: kb.FAQ, Language: "es"}, map[string]string{}, &read)
		if err != nil || len(read.Mistakes) > 0 || (len(read.Articles) == 1) != tt.article || (len(read.Skipped) == 1) == tt.article {
			t.Errorf("%q %s: %d articles, %v are none, %v, %v", tt.class, tt.title, len(read.Articles), read.Skipped, read.Mistakes, err)
		}
	}
}

func TestAPageInAnotherEncoding(t *testing.T) {
	p, err := convert("dokuwiki", []byte("<meta charset=iso-8859-1><h1>Devoluci\xf3n</h1><p>a\xf1o</p>"), nil)
	if err != nil || p.title != "Devolución" || p.text != "año" {
		t.Errorf("%+v, %v", p, err)
	}
}

func FuzzPage(f *testing.F) {
	for format, page := range wikiOf {
		f.Add(format, []byte(page))
	}
	f.Add("confluence", []byte(confluenceIndex))
	f.Add("dokuwiki", []byte(strings.Repeat("<div><table><pre><b>", 200)))
	f.Add("mediawiki", []byte("<div id=bodyContent><a href='http://%zz'>x</a><pre><img src=x alt=y></pre><a><pre><a></pre>"))
	f.Add("dokuwiki", []byte("<title>\xff\x00</title><body><ul><li><pre>\n```\n</pre>"))
	f.Fuzz(func(t *testing.T, format string, data []byte) {
		if _, ok := wikis[format]; !ok {
			format = "dokuwiki"
		}
		a, _, wrong := readPage(fstest.MapFS{"p.html": {Data: data}}, "p.html", config.Source{Format: format, Kind: kb.FAQ, Language: "es"})
		if a == nil || len(wrong) > 0 {
			return
		}
		if _, err := kb.ParseArticle("p.md", kb.Format(a)); err != nil {
			t.Errorf("no article: %v", err)
		}
	})
}

func TestAPageThatNobodyWouldFinishReadingIsRefused(t *testing.T) {
	page := func(text string) []byte { return []byte(`<h1>T</h1><div class="dokuwiki export"><p>` + text) }
	if _, err := convert("dokuwiki", page(strings.Repeat("[", maxPage-100)), nil); err == nil || !strings.Contains(err.Error(), "too many brackets") {
		t.Errorf("brackets alone: %v", err)
	}
	if p, err := convert("dokuwiki", page(strings.Repeat("see [1] and a few words<br>", 30_000)), nil); err != nil || !strings.Contains(p.text, "a few words") {
		t.Errorf("a page with 30,000 of them: %v", err)
	}
}
