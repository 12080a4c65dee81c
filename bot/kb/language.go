package kb

import (
	"sereno/bot/company"
	"sereno/bot/kb/internal/rank"
)

// LanguageOf is the language that texts are in, Spanish or English, by the
// words of grammar in them; English when nothing tells.
func LanguageOf(texts ...string) company.Lang { return company.Lang(rank.Language(texts)) }
