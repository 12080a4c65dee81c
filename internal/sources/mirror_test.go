package sources

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/bot/kb"
)

// place is a folder that is mirrored, by a clock that a test moves.
type place struct {
	t      *testing.T
	folder string
	now    time.Time
	mirror *Mirror
	log    []string // what was taken in and what failed since it was last asked
	refuse bool
	partly bool // what is taken in is not all of it
}

func newPlace(t *testing.T) *place {
	p := &place{t: t, folder: t.TempDir(), now: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)}
	p.mirror = &Mirror{
		Now: func() time.Time { return p.now },
		Take: func(_ context.Context, _ config.Source, from bot.Reading) (bool, error) {
			if p.refuse {
				p.log = append(p.log, "refused")
				return false, context.DeadlineExceeded
			}
			var ids []string
			for _, a := range from.Articles {
				ids = append(ids, a.ID+"="+a.Text)
			}
			for _, m := range from.Mistakes {
				ids = append(ids, strings.TrimPrefix(m.Place(), p.folder+"/"))
			}
			p.log = append(p.log, strings.Join(ids, " "))
			return !p.partly, nil
		},
		Failed: func(_ context.Context, _ config.Source, m kb.Mistake) { p.log = append(p.log, "failed: "+m.Error()) },
	}
	return p
}

func (p *place) write(name, words string) {
	p.t.Helper()
	data := words
	if words != "broken" {
		data = "---\ntitle: T\nkind: faq\nlanguage: en\n---\n" + words + "\n"
	}
	if err := os.WriteFile(filepath.Join(p.folder, name), []byte(data), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// looks is what came of so many looks, two seconds apart.
func (p *place) looks(n int) string {
	for range n {
		p.now = p.now.Add(lookEvery)
		p.mirror.Look(p.t.Context())
	}
	out := strings.Join(p.log, "; ")
	p.log = nil
	return out
}

func TestAChangedSourceIsTakenInWhileRunning(t *testing.T) {
	p := newPlace(t)
	p.write("a.md", "one")
	p.mirror.Set(t.Context(), []config.Source{{Path: p.folder, Format: "markdown"}}, nil)
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		name  string
		do    func()
		looks int
		want  string
	}{
		{"at once", func() {}, 0, "a=one"},
		{"once", func() {}, 5, ""},
		{"not while it may be half written", func() { p.write("b.md", "tw") }, 1, ""},
		{"nor while it grows", func() { p.write("b.md", "two and more") }, 1, ""},
		{"when it is still", func() {}, 1, "a=one b=two and more"},
		{"a broken file, with its place", func() { p.write("b.md", "broken") }, 2, "a=one b.md:1"},
		{"what is gone", func() { p.must(os.Remove(filepath.Join(p.folder, "b.md"))) }, 2, "a=one"},
		{"what is no article is nothing", func() { p.must(os.WriteFile(filepath.Join(p.folder, ".a.md.swp"), nil, 0o600)) }, 3, ""},
		{"a change that keeps size and time, within a minute", func() {
			p.must(os.Chtimes(filepath.Join(p.folder, "a.md"), old, old))
			p.looks(2)
			p.write("a.md", "two")
			p.must(os.Chtimes(filepath.Join(p.folder, "a.md"), old, old))
		}, 32, "a=two"},
		{"what could not be taken in, again", func() { p.refuse = true; p.write("a.md", "three") }, 3, "refused; refused"},
		{"and then it is", func() { p.refuse = false }, 1, "a=three"},
	} {
		step.do()
		if got := p.looks(step.looks); got != step.want {
			t.Errorf("%s: %q, want %q", step.name, got, step.want)
		}
	}
}

func TestASourceThatIsAwayIsReportedOnce(t *testing.T) {
	p := newPlace(t)
	p.write("a.md", "one")
	p.mirror.Set(t.Context(), []config.Source{{Path: p.folder, Format: "markdown"}}, nil)
	p.looks(1)
	p.must(os.Rename(p.folder, p.folder+"-away"))
	if got := p.looks(2); got != "" {
		t.Errorf("a blink is told: %s", got)
	}
	if got := p.looks(5); strings.Count(got, "failed: ") != 1 || !strings.Contains(got, "its articles stay as they were") {
		t.Errorf("away: %s", got)
	}
	p.must(os.Rename(p.folder+"-away", p.folder))
	if got := p.looks(2); got != "a=one" {
		t.Errorf("back: %q", got)
	}
}

// run runs git as a person, in no configuration of this machine.
func run(t *testing.T, folder, who string, args ...string) {
	t.Helper()
	c := exec.Command("git", append([]string{"-C", folder, "-c", "user.name=" + who, "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"}, args...)...)
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v: %s", args, err, out)
	}
}

func TestACheckoutIsPulledAndSaysWhoChangedWhat(t *testing.T) {
	origin, p := newPlace(t), newPlace(t)
	run(t, origin.folder, "Ana", "init", "--quiet")
	commit := func(who, why string) {
		run(t, origin.folder, who, "add", ".")
		run(t, origin.folder, who, "commit", "--quiet", "-m", why)
	}
	origin.write("a.md", "one")
	origin.write("b.md", "one")
	origin.write("señal.md", "one")
	commit("Ana", "Begin")
	run(t, p.folder, "x", "clone", "--quiet", origin.folder, ".")
	origin.write("b.md", "two")
	commit("Luis", "Correct b: it was wrong")
	source := config.Source{Path: p.folder, Format: "markdown", Pull: true}
	p.mirror.Set(t.Context(), []config.Source{source}, nil)
	if got := p.looks(2); got != "a=one b=two señal=one" {
		t.Errorf("pulled: %q", got)
	}
	p.write("a.md", "not committed")
	from, err := Read(t.Context(), source, nil)
	p.must(err)
	got := fmt.Sprint(from.Changed)
	if want := fmt.Sprint(map[string]bot.Authorship{"b": {By: "Luis", Why: "Correct b: it was wrong"}, "señal": {By: "Ana", Why: "Begin"}}); got != want {
		t.Errorf("who and why: %s, want %s", got, want)
	}
	p.must(os.RemoveAll(origin.folder))
	if got := p.looks(95); strings.Count(got, "failed: ") != 1 || !strings.Contains(got, "it cannot be brought up to date") {
		t.Errorf("an origin that is gone: %q", got)
	}
}

func TestSecretsOfAddressesAreNotTold(t *testing.T) {
	got := withoutSecrets("fatal: unable to access 'https://ana:token@git.example/x/': 403")
	if strings.Contains(got, "token") || !strings.Contains(got, "git.example") {
		t.Error(got)
	}
}

func TestEveryFormatOfTheConfigurationIsRead(t *testing.T) {
	if got := slices.Sorted(maps.Keys(wikis)); !slices.Equal(got, []string{"confluence", "dokuwiki", "mediawiki"}) {
		t.Error(got)
	}
}

func TestWhatAnotherSourceHadInItsPlaceIsTakenOnceThatMayBeFree(t *testing.T) {
	p, other := newPlace(t), t.TempDir()
	p.write("a.md", "one")
	if err := os.WriteFile(filepath.Join(other, "b.md"), []byte("---\ntitle: T\nkind: faq\nlanguage: en\n---\nb\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.partly = true
	p.mirror.Set(t.Context(), []config.Source{{Path: p.folder, Format: "markdown"}}, nil)
	p.partly = false
	p.log = nil
	p.mirror.Look(t.Context())
	if len(p.log) > 0 {
		t.Errorf("it is taken at once: %q", p.log)
	}
	p.now = p.now.Add(readEvery)
	p.mirror.Look(t.Context())
	p.mirror.Look(t.Context())
	if got := strings.Join(p.log, "; "); got != "a=one" {
		t.Errorf("after a minute %q", got)
	}

	p.partly = true
	p.mirror.Set(t.Context(), []config.Source{{Path: p.folder, Format: "markdown"}}, nil)
	p.partly = false
	p.mirror.all = append(p.mirror.all, &watched{Source: config.Source{Path: other, Format: "markdown"}})
	p.log = nil
	for range 3 {
		p.mirror.Look(t.Context())
	}
	if got := strings.Join(p.log, "; "); got != "b=b; a=one" {
		t.Errorf("once another was taken %q", got)
	}
}
