package bot

import (
	"slices"
	"strings"

	"sereno/bot/kb"
	"sereno/bot/text"
)

// ArticleHistory lists the versions of an article, the newest first, with what each
// changed; of one version, it shows that line by line. Our own people.
func (d *Desk) ArticleHistory(id, version string) error {
	r, err := d.articleNamed(id)
	if err != nil {
		return err
	}
	if version != "" {
		return d.versionDifference(r, version)
	}
	all, err := d.tx.ArticleVersions(d.ctx, r.ID)
	if err != nil {
		return err
	}
	lang := d.Lang()
	m := Message{Title: text.T(lang, "article.history", "id", r.ID, "title", r.Head.Title), Text: d.articleStanding(lang, r)}
	for i, v := range slices.Backward(all) {
		title := text.T(lang, "article.version", "n", v.N)
		if v.N == r.Public {
			title += " · " + text.T(lang, "article.state.published")
		}
		line := d.versionLine(&v)
		if i > 0 {
			added, removed := 0, 0
			for _, l := range differences(lines(&all[i-1]), lines(&v)) {
				switch l[0] {
				case '+':
					added++
				case '-':
					removed++
				}
			}
			line += " · " + text.T(lang, "article.changed", "added", added, "removed", removed)
		}
		m.Items = append(m.Items, Item{Title: title, Body: line})
		if len(m.Items) == maxArticles {
			break
		}
	}
	m.Footer = text.T(lang, "article.history_hint", "id", r.ID, "n", r.Latest, "before", max(1, r.Latest-1))
	return d.Reply(m)
}

// versionDifference shows what a version changed of the one before it.
func (d *Desk) versionDifference(r *kb.Record, version string) error {
	n, err := d.versionNamed(r, version)
	if err != nil {
		return err
	}
	v, err := d.tx.ArticleVersion(d.ctx, r.ID, n)
	if err != nil {
		return err
	}
	var before []string
	if n > 1 {
		old, err := d.tx.ArticleVersion(d.ctx, r.ID, n-1)
		if err != nil {
			return err
		}
		before = lines(old)
	}
	return d.Reply(Message{
		Title: text.T(d.Lang(), "article.difference", "id", r.ID, "n", n),
		Text:  d.versionLine(v) + "\n\n" + strings.Join(differences(before, lines(v)), "\n"),
	})
}

// lines is a version as its file would be, line by line.
func lines(v *kb.Version) []string {
	return strings.Split(strings.TrimRight(string(kb.Format(&v.Content)), "\n"), "\n")
}

// maxCompared bounds what is compared line by line: of longer texts, the first
// lines are.
const maxCompared = 1000

// around is how many unchanged lines are shown around changed ones.
const around = 1

// differences are the lines that are gone, with "- " before them, and those that
// are new, with "+ ", each with its neighbours that stayed. The longest common
// subsequence is what stays.
func differences(before, after []string) []string {
	if len(before) > maxCompared || len(after) > maxCompared {
		before, after = before[:min(len(before), maxCompared)], after[:min(len(after), maxCompared)]
	}
	all := merged(before, after)
	keep := make([]bool, len(all))
	for i, l := range all {
		if l[0] == ' ' {
			continue
		}
		for j := max(0, i-around); j <= min(len(all)-1, i+around); j++ {
			keep[j] = true
		}
	}
	var out []string
	for i, l := range all {
		switch {
		case keep[i]:
			out = append(out, l)
		case i > 0 && keep[i-1]:
			out = append(out, "  …")
		}
	}
	return out
}

// merged is both texts in one, each line marked.
func merged(before, after []string) []string {
	common := make([][]int, len(before)+1)
	for i := range common {
		common[i] = make([]int, len(after)+1)
	}
	for i := len(before) - 1; i >= 0; i-- {
		for j := len(after) - 1; j >= 0; j-- {
			if before[i] == after[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []string
	i, j := 0, 0
	for i < len(before) || j < len(after) {
		switch {
		case i < len(before) && j < len(after) && before[i] == after[j]:
			out = append(out, "  "+before[i])
			i, j = i+1, j+1
		case j == len(after) || i < len(before) && common[i+1][j] >= common[i][j+1]:
			out = append(out, "- "+before[i])
			i++
		default:
			out = append(out, "+ "+after[j])
			j++
		}
	}
	return out
}
