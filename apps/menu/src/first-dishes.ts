import type { Dish } from "./dish.ts";

const names = {
  rice: ["Yangzhou fried rice", "Claypot rice", "Hainan chicken rice", "Beef on rice", "Congee with century egg"],
  noodles: ["Dan dan noodles", "Lanzhou beef noodles", "Wonton noodles", "Chongqing noodles", "Oil-splashed noodles"],
  dumplings: ["Soup dumplings", "Pork and chive dumplings", "Shrimp dumplings", "Pan-fried buns", "Spring rolls"],
  hot: ["Mapo tofu", "Kung pao chicken", "Boiled fish in chili", "Dry-fried beans", "Twice-cooked pork"],
  soups: ["Hot and sour soup", "Winter melon soup", "Tomato and egg soup", "Fish ball soup", "Herbal chicken soup"],
  drinks: ["Soy milk", "Plum juice", "Jasmine tea", "Milk tea", "Chrysanthemum tea"],
};

/** What the menu begins with: 30 dishes, ids from 1. */
export const firstDishes: readonly Dish[] = Object.entries(names)
  .flatMap(([category, list]) => list.map((name) => ({ category, name })))
  .map(({ category, name }, index) => ({ id: index + 1, name, category, priceFen: 800 + ((index * 730) % 4200) }));
