package bot_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/kb"
)

// library is a world whose bot finds what is in its store.
func library(t tester) *world {
	var l *bot.Library
	return newWorld(t, func(o *bot.Options) {
		l = bot.NewLibrary(o.Store, kb.Options{SearchThreshold: -1}, nil)
		o.Articles = l
	})
}

func faq(id, words string) *kb.Article {
	return &kb.Article{ID: id, Title: "Turbina " + id, Kind: kb.FAQ, Language: "es", Text: words}
}

// finds is which articles our own people find, in the order of their ids.
func (w *world) finds(words string) string {
	var ids []string
	for _, s := range w.bot.Articles.Search(kb.Query{Text: words, Language: "es", Max: 10}) {
		ids = append(ids, s.Article.ID)
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

func (w *world) apply(source string, mistakes kb.Mistakes, articles ...*kb.Article) bot.Applied {
	w.t.Helper()
	done, err := w.bot.ApplySource(w.t.Context(), bot.Reading{Source: source, Articles: articles, Mistakes: mistakes})
	w.must2(err)
	return done
}

func (w *world) versions(id string) (out []kb.Version) {
	w.t.Helper()
	w.must2(w.store.View(w.t.Context(), func(tx bot.Tx) (err error) {
		out, err = tx.ArticleVersions(w.t.Context(), id)
		return err
	}))
	return out
}

func TestASourceIsMirrored(t *testing.T) {
	w := library(t)
	expect := func(step, want string) {
		t.Helper()
		if got := w.finds("turbina"); got != want {
			t.Errorf("%s: found %q, want %q", step, got, want)
		}
	}
	w.apply("kb", nil, faq("a", "uno"), faq("b", "dos"))
	expect("what is read is found", "a b")
	if done := w.apply("kb", nil, faq("a", "uno"), faq("b", "dos")); len(done.Published)+len(done.Archived) > 0 {
		t.Errorf("what is the same has changed: %+v", done)
	}
	w.apply("kb", nil, faq("a", "otra"), faq("b", "dos"))
	if v := w.versions("a"); len(v) != 2 || v[1].Content.Text != "otra" || v[1].By != "kb" {
		t.Errorf("a change is no version: %+v", v)
	}
	if len(w.versions("b")) != 1 {
		t.Error("what did not change has another version")
	}
	w.apply("kb", kb.Mistakes{kb.Wrong("kb/folder/b.md", 3, "wrong")}, faq("a", "otra"))
	expect("what is broken stands", "a b")
	w.apply("kb", nil, faq("a", "otra"))
	expect("what is gone is archived", "a")
	w.apply("kb", nil, faq("a", "otra"), faq("b", "dos"))
	expect("what comes back is found again", "a b")
	if len(w.versions("b")) != 1 {
		t.Error("what comes back as it was has another version")
	}
	if _, err := w.bot.ApplySource(t.Context(), bot.Reading{Source: "kb", Mistakes: kb.Mistakes{kb.Wrong("kb/c.md", 1, "wrong")}}); !errors.Is(err, bot.ErrEmptied) {
		t.Error("a source that has nothing any more is taken for an empty one")
	}
	expect("a source that is away changes nothing", "a b")
	if done := w.apply("wiki", nil, faq("a", "mía"), faq("c", "tres")); len(done.Refused) != 1 || !strings.Contains(done.Refused[0].Error(), "a.md:1: one of kb has the same name") {
		t.Errorf("two sources with one id: %+v", done)
	}
	expect("of two sources", "a b c")
	w.must2(w.bot.KeepSources(t.Context(), []string{"wiki"}))
	expect("a source that is no more", "c")
	w.apply("wiki", nil, faq("a", "mía"), faq("c", "tres"))
	expect("its ids are free then", "a c")
}

func TestAVersionNamesWhoCommittedIt(t *testing.T) {
	w := library(t)
	for _, tt := range []struct {
		words   string
		changed map[string]bot.Authorship
		by, why string
	}{
		{"uno", map[string]bot.Authorship{"a": {By: "Ana Pérez", Why: "Explain it"}}, "Ana Pérez", "Explain it"},
		{"dos", map[string]bot.Authorship{"b": {By: "Luis", Why: "Other"}}, "kb", ""},
	} {
		_, err := w.bot.ApplySource(t.Context(), bot.Reading{Source: "kb", Articles: []*kb.Article{faq("a", tt.words)}, Changed: tt.changed})
		w.must2(err)
		if v := w.versions("a"); v[len(v)-1].By != tt.by || v[len(v)-1].Why != tt.why {
			t.Errorf("%s: %+v", tt.words, v[len(v)-1])
		}
	}
}

func TestWhatIsWrongWithASourceIsToldOnce(t *testing.T) {
	w := library(t)
	one, two := kb.Wrong("kb/a.md", 3, "not UTF-8: save the file in that encoding"), kb.Wrong("kb/b.md", 1, "no")
	told := func() (out []string) {
		t.Helper()
		w.must2(w.Settle(t.Context()))
		for _, r := range w.said(bot.Post) {
			if strings.HasPrefix(r.Message.Title, "kb: ") {
				for _, it := range r.Message.Items {
					out = append(out, it.Title)
				}
			}
		}
		return out
	}
	for _, step := range []struct {
		name  string
		wrong kb.Mistakes
		want  []string
	}{
		{"a mistake is told", kb.Mistakes{one}, []string{"kb/a.md:3"}},
		{"the same again is not", kb.Mistakes{one}, nil},
		{"of two the new one is", kb.Mistakes{one, two}, []string{"kb/b.md:1"}},
		{"what is put right is not", kb.Mistakes{two}, nil},
		{"what breaks again is", kb.Mistakes{one, two}, []string{"kb/a.md:3"}},
	} {
		w.must2(w.bot.ReportSource(t.Context(), "kb", nil, step.wrong))
		if got := told(); !slices.Equal(got, step.want) {
			t.Errorf("%s: %q, want %q", step.name, got, step.want)
		}
	}
}

func TestTheLibraryKeepsToWhatIsPublished(t *testing.T) {
	w := library(t)
	w.must2(w.store.Update(t.Context(), func(tx bot.Tx) error {
		for n, r := range []kb.Record{
			{ID: "draft", State: kb.Draft, Latest: 1},
			{ID: "newer", State: kb.Draft, Latest: 2, Public: 1},
			{ID: "broken", State: kb.Published, Latest: 1, Public: 1},
		} {
			for v := 1; v <= r.Latest; v++ {
				a := faq(r.ID, "versión "+string(rune('0'+v)))
				if n == 2 {
					a.Language = ""
				}
				if err := tx.AddVersion(t.Context(), kb.Version{Article: r.ID, N: v, Content: *a}); err != nil {
					return err
				}
			}
			if err := tx.SaveArticle(t.Context(), &r); err != nil {
				return err
			}
		}
		return nil
	}))
	w.must2(w.Settle(t.Context()))
	found := w.bot.Articles.Search(kb.Query{Text: "turbina", Language: "es"})
	if len(found) != 1 || found[0].Article.ID != "newer" || found[0].Article.Text != "versión 1" {
		t.Errorf("found %+v", found)
	}
}

// newWorldWith is library with another company.
func newWorldWith(t tester, change func(*company.Company)) *world {
	return newWorld(t, func(o *bot.Options) {
		change(o.Company)
		o.Articles = bot.NewLibrary(o.Store, kb.Options{SearchThreshold: -1}, nil)
	})
}
