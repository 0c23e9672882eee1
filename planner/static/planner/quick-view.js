// Opens an entry beside the list it stands in. A click with a modifier, or without script, leads to the entry's plan.
window.wagtail.app.register(
    "planner-quick-view",
    class extends window.StimulusModule.Controller {
        static plan = /\/planner\/items\/\d+\/$/;

        async open(event) {
            const link = event.target.closest(".jp-entry__title a, a.jp-list__title");
            const modified = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
            if (!link || modified || event.defaultPrevented || !this.constructor.plan.test(link.pathname)) return;
            event.preventDefault();
            this.asked = link;
            const text = await this.fetch(`${link.pathname}quick/?next=${encodeURIComponent(this.here)}`);
            // A slower answer to an earlier click must not replace a later one.
            if (this.asked !== link) return;
            if (text === null) window.location.assign(link.href);
            else this.show(text, link);
        }

        get here() {
            return window.location.pathname + window.location.search;
        }

        async fetch(address) {
            try {
                const response = await fetch(address, { headers: { "X-Requested-With": "XMLHttpRequest" } });
                // Whoever was logged out meanwhile is redirected to the login, which is no quick view.
                return response.ok && !response.redirected ? await response.text() : null;
            } catch {
                return null;
            }
        }

        show(text, link) {
            this.dialog ??= this.make();
            this.dialog.close();
            this.dialog.innerHTML = text;
            // The browser gives the focus back to what had it; a click does not focus a link everywhere.
            link.focus();
            // Beside the days it leaves them at hand; where it covers them all it must hold the focus.
            if (window.matchMedia("(max-width: 40rem)").matches) this.dialog.showModal();
            else this.dialog.show();
        }

        make() {
            const dialog = document.createElement("dialog");
            dialog.className = "jp-quick";
            dialog.setAttribute("aria-labelledby", "jp-quick-title");
            dialog.addEventListener("keydown", (event) => event.key === "Escape" && dialog.close());
            this.element.append(dialog);
            return dialog;
        }

        disconnect() {
            this.dialog?.remove();
        }
    },
);
