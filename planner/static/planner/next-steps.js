// Looks for next steps without leaving the form of a plan. Without JavaScript the form is sent and shown again.
window.wagtail.app.register(
    "planner-steps",
    class extends window.StimulusModule.Controller {
        static targets = ["text", "kept", "found", "said"];

        static values = { url: String, item: String, failed: String };

        async find(event) {
            event.preventDefault();
            const boxes = [...this.element.querySelectorAll('input[type="checkbox"][value]')];
            // What was found before and ticked stays.
            for (const box of boxes.filter((one) => one.checked && this.foundTarget.contains(one))) {
                this.keptTarget.append(box.closest("label"));
            }
            const query = new URLSearchParams({ q: this.textTarget.value });
            const kept = boxes.filter((one) => !this.foundTarget.contains(one)).map((one) => one.value);
            for (const key of [this.itemValue, ...kept]) query.append("but", key);
            const turn = (this.turn = (this.turn ?? 0) + 1);
            const address = `${this.urlValue}${this.urlValue.includes("?") ? "&" : "?"}${query}`;
            const response = await fetch(address, { headers: { "X-Requested-With": "XMLHttpRequest" } }).catch(() => null);
            const html = response?.ok ? await response.text() : "";
            if (this.turn !== turn) return;
            if (html) this.foundTarget.innerHTML = html;
            else this.foundTarget.textContent = this.failedValue;
            this.saidTarget.textContent = (this.foundTarget.querySelector("p") ?? this.foundTarget).textContent;
        }
    },
);
