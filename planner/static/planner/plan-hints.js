// Keeps what the plan tab says about gaps true while boxes are ticked. Without JavaScript the saved state stands there.
window.wagtail.app.register(
    "planner-hints",
    class extends window.StimulusModule.Controller {
        static targets = ["region", "item"];

        static values = { url: String, prefix: String };

        static names = ["personas", "phases", "for_everyone", "target_date"];

        async refresh() {
            const query = new URLSearchParams();
            for (const name of this.constructor.names) {
                for (const field of this.element.querySelectorAll(`[name="${this.prefixValue}${name}"]`)) {
                    if (field.value && (field.type !== "checkbox" || field.checked)) query.append(name, field.value);
                }
            }
            if (this.hasItemTarget) query.append("item", this.itemTarget.value);
            const asked = `${this.urlValue}?${query}`;
            this.asked = asked;
            const response = await fetch(asked, { headers: { "X-Requested-With": "XMLHttpRequest" } });
            // A slower answer to an earlier question must not overwrite a later one.
            if (response.ok && this.asked === asked) this.regionTarget.innerHTML = await response.text();
        }
    },
);
