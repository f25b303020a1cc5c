import description from "../../package.json" with { type: "json" };

/** Version of the product. */
export const { version } = description;
