package rank

// Language is the one, of es and en, whose words of grammar texts hold more of: en
// when they hold as many of both.
func Language(texts []string) string {
	es, en := 0, 0
	for _, text := range texts {
		for _, t := range tokenize("", text) {
			inES, inEN := grammar["es"][t.folded], grammar["en"][t.folded]
			if inES && !inEN {
				es++
			}
			if inEN && !inES {
				en++
			}
		}
	}
	if es > en {
		return "es"
	}
	return "en"
}
